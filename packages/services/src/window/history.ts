import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listWindowSamples } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

const DAY_MS = 86_400_000;

/** What was told of the windows of an account, oldest first. */
export async function listWindowHistory(
  context: Context,
  { accountId, name, days }: OperationInput<'window.history'>,
): Promise<OperationOutput<'window.history'>> {
  const sinceMs = context.clock() - days * DAY_MS;
  const samples = await listWindowSamples(requireStorage(context), { accountId, name, sinceMs });
  return {
    samples: samples.map((sample) => ({
      name: sample.name,
      at: toInstant(sample.atMs),
      usedShare: sample.usedShare,
      isRejected: sample.isRejected,
      resetsAt: sample.resetsAtMs === null ? null : toInstant(sample.resetsAtMs),
    })),
  };
}
