import type { OperationOutput } from '@nexus/contract';
import { listKeyUsage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;

/** What each key used in this month, and on each of the last seven days. */
export async function listClientKeyUsage(context: Context): Promise<OperationOutput<'key.usage'>> {
  const nowMs = context.clock();
  const now = new Date(nowMs);
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const days = Array.from({ length: DAYS }, (_, index) => todayMs - (DAYS - 1 - index) * DAY_MS);
  const keys = await listKeyUsage(requireStorage(context), { sinceMs: monthMs, days });
  return {
    monthStartsAt: toInstant(monthMs),
    days: days.map(toInstant),
    keys,
  };
}
