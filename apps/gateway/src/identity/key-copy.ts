import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@nexus/telemetry';
import { z } from 'zod';
import type { KnownKey } from './key-index.ts';

/** The last known client keys on disk: hashes only, readable by this account only. */
export interface KeyCopy {
  /** Null where there is none, or none that can be read. */
  read(): readonly KnownKey[] | null;
  /** Writes where something changed. */
  write(keys: readonly KnownKey[]): void;
}

const Keys = z.array(
  z.strictObject({
    keyId: z.string(),
    hash: z.string(),
    domain: z.string().nullable(),
    expiresAtMs: z.number().nullable(),
  }),
);

/** Keeps the copy in the file `path`. What cannot be written is told once and does no harm. */
export function createKeyCopy(path: string, log: Logger): KeyCopy {
  let written = '';
  let told = false;

  function save(text: string): void {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // A process that dies while writing must not leave half a file.
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      if (!told) log.warn({ error, path }, 'the copy of the client keys cannot be written');
      told = true;
    }
  }

  return {
    read: () => {
      try {
        written = readFileSync(path, 'utf8');
        return Keys.parse(JSON.parse(written));
      } catch {
        return null;
      }
    },
    write: (keys) => {
      const text = JSON.stringify(keys);
      if (text === written) return;
      written = text;
      save(text);
    },
  };
}
