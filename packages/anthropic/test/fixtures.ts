import { readdirSync, readFileSync } from 'node:fs';

/** One file of a fixture folder. */
export interface Fixture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every file of `fixtures/<folder>` that ends in `extension`, by name without it. */
export function listFixtures(folder: string, extension: string): Fixture[] {
  const directory = new URL(`../../../fixtures/${folder}/`, import.meta.url);
  return readdirSync(directory)
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => ({
      name: file.slice(0, -extension.length),
      bytes: new Uint8Array(readFileSync(new URL(file, directory))),
    }));
}

/** The JSON of one fixture file. */
export function readJsonFixture(path: string): unknown {
  const file = new URL(`../../../fixtures/${path}`, import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return parsed;
}
