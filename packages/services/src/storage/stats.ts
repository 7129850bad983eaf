import type { OperationOutput } from '@nexus/contract';
import { loadStorageStats } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

/** What is stored, and how the recorder is doing. */
export async function getStorageStats(context: Context): Promise<OperationOutput<'storage.stats'>> {
  const { oldestAtMs, ...stored } = await loadStorageStats(requireStorage(context));
  const recorder = context.recorderStats();
  return {
    ...stored,
    oldestAt: toInstant(oldestAtMs),
    recorder: {
      state: recorder.state,
      queuedRecords: recorder.queuedRecords,
      spoolBytes: recorder.spoolBytes,
      spoolBytesMax: recorder.spoolBytesMax,
      droppedPayloads: recorder.droppedPayloads,
      droppedRecords: recorder.droppedRecords,
      lastWriteAt: toInstant(recorder.lastWriteAtMs),
      lastProblem: recorder.lastProblem,
    },
  };
}

function toInstant(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
