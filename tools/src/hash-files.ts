import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** SHA-256, hex, over names and bytes of these files and folders (whole trees). What does not exist counts as absent. */
export function hashFiles(root: string, places: readonly string[]): string {
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of listFiles(root, place)) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(path.join(root, file)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** Paths relative to `root` of every file under `place`, sorted; without installed packages. */
function listFiles(root: string, place: string): string[] {
  const kind = statSync(path.join(root, place), { throwIfNoEntry: false });
  if (kind === undefined) return [];
  if (kind.isFile()) return [place];
  return readdirSync(path.join(root, place))
    .filter((name) => name !== 'node_modules')
    .sort()
    .flatMap((name) => listFiles(root, path.posix.join(place, name)));
}
