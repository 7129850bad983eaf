import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

/** A file smaller than this travels in one packet anyway. */
const COMPRESSED_FROM_BYTES = 1_024;
const COMPRESSED = /\.(?:js|css|html|svg|json)$/;

// A caller's own NODE_ENV, such as a test runner's, would build React for development.
if (Bun.env.NODE_ENV !== 'production') throw new Error('build with `bun run --cwd apps/dashboard build`');

const folder = join(import.meta.dirname, '..');
const dist = join(folder, 'dist');
// Two starts may build at once, and a gateway may be serving: the new folder takes the old one's place when it is whole.
const fresh = join(folder, '.cache', `build-${process.pid}`);
await build({
  root: folder,
  configFile: join(folder, 'vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: fresh, emptyOutDir: true },
});
const count = await compressAll(fresh);
await rm(dist, { recursive: true, force: true });
// Where it cannot, another build of the same sources has just put its own there.
await rename(fresh, dist).catch(() => rm(fresh, { recursive: true, force: true }));
console.log(`Dashboard built: ${count} files compressed beside themselves.`);

/** Writes `.br` and `.gz` beside every text file, so that the gateway never compresses while it serves. */
async function compressAll(built: string): Promise<number> {
  let compressed = 0;
  for await (const path of new Bun.Glob('**/*').scan(built)) {
    const bytes = await Bun.file(join(built, path)).bytes();
    if (!COMPRESSED.test(path) || bytes.length < COMPRESSED_FROM_BYTES) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    await Bun.write(join(built, `${path}.br`), brotliCompressSync(bytes, quality));
    await Bun.write(join(built, `${path}.gz`), gzipSync(bytes, { level: 9 }));
    compressed += 1;
  }
  return compressed;
}
