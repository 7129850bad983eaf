import type { OperationOutput } from '@nexus/contract';
import { loadSearchProgress, loadStorageStats } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toSearchProgress } from '../search/to-search-progress.ts';

/** What is stored, and how the recorder is doing. */
export async function getStorageStats(context: Context): Promise<OperationOutput<'storage.stats'>> {
  const storage = requireStorage(context);
  const [{ oldestAtMs, ...stored }, search] = await Promise.all([
    loadStorageStats(storage),
    loadSearchProgress(storage),
  ]);
  const recorder = context.recorderStats();
  return {
    ...stored,
    oldestAt: toInstant(oldestAtMs),
    retention: context.retention,
    search: { ...toSearchProgress(search), bytes: search.bytes },
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
