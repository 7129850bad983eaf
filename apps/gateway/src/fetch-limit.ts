/** The name Bun reads once, when the process starts; setting it later changes nothing (tried on 1.4.5). */
const NAME = 'BUN_CONFIG_MAX_HTTP_REQUESTS';
/** Bun's own bound; more requests at once wait in a queue, which for streams means seconds without a byte. */
const BUN_DEFAULT = 256;
const SPARE = 64;
const BUN_MAX = 65_335;

/**
 * Makes sure that `fetch` runs as many requests at once as we let in. Where the environment says less, the process
 * replaces itself by one with the right environment: same process id, same standard streams, about 15 ms.
 */
export function ensureFetchLimit(exchangesMax: number, env: Readonly<Record<string, string | undefined>>): void {
  const needed = Math.min(exchangesMax + SPARE, BUN_MAX);
  const allowed = Number(env[NAME] ?? BUN_DEFAULT);
  if (allowed >= needed || typeof process.execve !== 'function') return;
  const [, ...rest] = process.argv;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...rest], {
    ...definedOnly(env),
    [NAME]: `${needed}`,
  });
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
