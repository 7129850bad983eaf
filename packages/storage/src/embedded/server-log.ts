import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How long each file of the log folder was at some moment. */
export type LogMark = ReadonlyMap<string, number>;

const TEXT_MAX = 2_000;

/** Remembers where the log ends now, so that what follows can be told from older lines. */
export function markLog(folder: string): LogMark {
  return new Map(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

/** The end of what was logged since `mark`: the collector has files of its own, and a failed start tells its reason there. */
export function readLogSince(folder: string, mark: LogMark): string {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name)).subarray(mark.get(name) ?? 0));
  return Buffer.concat(texts).toString('utf8').trim().slice(-TEXT_MAX);
}
