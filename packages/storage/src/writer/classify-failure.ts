import { StorageError } from '../storage-error.ts';

/**
 * What a failed write means.
 * - `away`: the database cannot take anything now; the same batch may succeed later.
 * - `again`: this transaction lost a race; the same batch succeeds at once.
 * - `no-partition`: a month's partition is missing, though it was there.
 * - `bad-data`: something in the batch can never be written.
 */
export type WriteFailure = 'away' | 'again' | 'no-partition' | 'bad-data';

/** Tells what to do from the error of a write; SQLSTATE classes: PostgreSQL, appendix A. */
export function classifyFailure(error: unknown): WriteFailure {
  if (error instanceof StorageError && error.code === 'record-unwritable') return 'bad-data';
  const code = findCode(error);
  if (!/^[0-9A-Z]{5}$/.test(code)) return 'away';
  if (code === '23514') return 'no-partition';
  const kind = code.slice(0, 2);
  if (kind === '40') return 'again';
  return kind === '22' || kind === '23' || kind === '54' ? 'bad-data' : 'away';
}

function findCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
