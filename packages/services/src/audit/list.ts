import type { AuditEntry, OperationInput, OperationOutput } from '@nexus/contract';
import { type AuditEntry as StoredEntry, listAudit } from '@nexus/storage';
import type { Context } from '../context.ts';
import { parseCursor, toNextCursor } from '../keyset-cursor.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

/** One page of changes, newest first. */
export async function listAuditEntries(
  context: Context,
  { noun, nounId, cursor, limit }: OperationInput<'audit.list'>,
): Promise<OperationOutput<'audit.list'>> {
  const { entries, next } = await listAudit(requireStorage(context), {
    noun,
    nounId,
    before: parseCursor(cursor),
    limit,
  });
  return {
    entries: entries.map(toAuditView),
    nextCursor: toNextCursor(next),
  };
}

function toAuditView({ atMs, ...entry }: StoredEntry): AuditEntry {
  return { ...entry, at: toInstant(atMs) };
}
