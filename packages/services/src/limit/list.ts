import type { OperationOutput } from '@nexus/contract';
import { listLimits } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

/** All limits that were set. */
export async function listTrafficLimits(context: Context): Promise<OperationOutput<'limit.list'>> {
  const limits = await listLimits(requireStorage(context));
  return {
    redis: context.redisState?.() ?? null,
    limits: limits.map(({ subject: { kind, subject }, limits: values, changedAtMs }) => ({
      subjectKind: kind,
      subject,
      limits: values,
      changedAt: toInstant(changedAtMs),
    })),
  };
}
