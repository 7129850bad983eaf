import type { OperationOutput } from '@nexus/contract';
import { listKeys } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toKeySummary } from './to-key-summary.ts';

/** Client keys without their secrets, newest first. */
export async function listClientKeys(context: Context): Promise<OperationOutput<'key.list'>> {
  const keys = await listKeys(requireStorage(context));
  return { keys: keys.map(toKeySummary) };
}
