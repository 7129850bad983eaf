import type { OperationInput, OperationOutput } from '@nexus/contract';
import { saveLimit } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { requireSubject } from './require-subject.ts';

/** Sets the limits of a subject; without any value it has none of its own any more. */
export async function setTrafficLimit(
  context: Context,
  { subjectKind, subject: given, limits }: OperationInput<'limit.set'>,
): Promise<OperationOutput<'limit.set'>> {
  const changedAtMs = context.clock();
  const storage = requireStorage(context);
  const subject = await requireSubject(storage, subjectKind, given);
  const nounId = `${subjectKind}:${subject}`;
  await saveLimit(
    storage,
    { subject: { kind: subjectKind, subject }, limits, changedAtMs },
    toAuditEntry(context, { verb: 'set', noun: 'limit', nounId, detail: limits }),
  );
  return { subjectKind, subject, limits, changedAt: toInstant(changedAtMs) };
}
