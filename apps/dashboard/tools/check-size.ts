import { gzipSync } from 'node:zlib';
import { join } from 'node:path';

/** JavaScript that a first visit may cost, gzip, in bytes: everything the Live room needs to draw. */
const FIRST_ROUTE_MAX = 220_000;
/** What one more lazy piece may cost over that. */
const LAZY_ROUTE_MAX = 60_000;
const FIRST_ROUTE = ['index.html', 'src/features/live/live-page.tsx'];

interface Chunk {
  readonly file: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
}

const dist = join(import.meta.dirname, '../dist');
const manifest = toManifest(await Bun.file(join(dist, '.vite/manifest.json')).json());
const first = collect(FIRST_ROUTE);
const rows = [{ name: 'first route (sign-in to Live)', bytes: await sizeOf(first), bytesMax: FIRST_ROUTE_MAX }];
for (const [name, chunk] of Object.entries(manifest)) {
  if (chunk.isDynamicEntry !== true || FIRST_ROUTE.includes(name)) continue;
  const more = new Set([...collect([name])].filter((file) => !first.has(file)));
  rows.push({ name, bytes: await sizeOf(more), bytesMax: LAZY_ROUTE_MAX });
}
for (const row of rows) {
  const verdict = row.bytes <= row.bytesMax ? 'ok' : 'TOO LARGE';
  console.log(
    `${(row.bytes / 1_000).toFixed(1).padStart(7)} kB of ${row.bytesMax / 1_000} kB  ${row.name}  ${verdict}`,
  );
}
process.exit(rows.every((row) => row.bytes <= row.bytesMax) ? 0 : 1);

/** Files that must be there before `names` can run; a lazy piece that one of them leans on is there already, since it led to it. */
function collect(names: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not in the manifest of the build: has it been renamed?`);
    if (files.has(chunk.file)) continue;
    files.add(chunk.file);
    waiting.push(...(chunk.imports ?? []).filter((one) => manifest[one]?.isDynamicEntry !== true));
  }
  return files;
}

async function sizeOf(files: ReadonlySet<string>): Promise<number> {
  let sum = 0;
  for (const file of files) {
    if (file.endsWith('.js')) sum += gzipSync(await Bun.file(join(dist, file)).bytes(), { level: 9 }).length;
  }
  return sum;
}

/** The manifest is Vite's own format: https://vite.dev/guide/backend-integration. */
function toManifest(json: unknown): Readonly<Record<string, Chunk>> {
  if (isManifest(json)) return json;
  throw new Error('dist/.vite/manifest.json is not a manifest: build first');
}

function isManifest(json: unknown): json is Readonly<Record<string, Chunk>> {
  return (
    typeof json === 'object' &&
    json !== null &&
    Object.values(json).every((chunk: unknown) => typeof chunk === 'object' && chunk !== null && 'file' in chunk)
  );
}
