import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@nexus/telemetry';
import type { z } from 'zod';

/** What the database said last, on disk and readable by this account only: a start with the database away still knows it. */
export interface KnownCopy<T> {
  /** Null where there is none, or none that can be read. */
  read(): T | null;
  /** Writes where something changed, and tells whether it did. */
  write(known: T): boolean;
}

export interface KnownCopyOptions<T> {
  readonly path: string;
  readonly shape: z.ZodType<T>;
  /** For the log: `the client keys`. */
  readonly what: string;
  readonly log: Logger;
}

/** Keeps the copy in a file. What cannot be written is told once and does no harm. */
export function createKnownCopy<T>({ path, shape, what, log }: KnownCopyOptions<T>): KnownCopy<T> {
  let written = '';
  let told = false;

  function save(text: string): void {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // A process that dies while writing must not leave half a file.
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      if (!told) log.warn({ error, path }, `the copy of ${what} cannot be written`);
      told = true;
    }
  }

  return {
    read: () => {
      try {
        written = readFileSync(path, 'utf8');
        return shape.parse(JSON.parse(written));
      } catch {
        return null;
      }
    },
    write: (known) => {
      const text = JSON.stringify(known);
      if (text === written) return false;
      written = text;
      save(text);
      return true;
    },
  };
}
