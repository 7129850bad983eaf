import { readFileSync } from 'node:fs';

/** Connections to the port of `url` that are open or half open, as the kernel counts them; 0 where it does not tell. */
export function countConnections(url: string): number {
  if (process.platform !== 'linux') return 0;
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${port}`) === true && OPEN.has(state ?? '')).length;
}

/** ESTABLISHED and CLOSE_WAIT, as Linux numbers them (include/net/tcp_states.h). */
const OPEN: ReadonlySet<string> = new Set(['01', '08']);
