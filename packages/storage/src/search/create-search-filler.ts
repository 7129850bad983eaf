import { createFollower, type FollowedQueue, type Follower, type FollowerOptions } from '../follow/create-follower.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { Storage } from '../storage.ts';
import { createInsertRows } from '../writer/insert-rows.ts';
import { fillBatch, skipFirst } from './fill-batch.ts';
import { keepSearchMonths } from './search-months.ts';

export interface SearchFillerOptions extends FollowerOptions {
  /** Days for which what was said can be searched; 0 switches the search off and deletes what there is of it. */
  readonly daysMax: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const BATCH_REQUESTS_MAX = 50;
/** How often months are added and dropped. */
const MONTHS_EVERY_MS = 3_600_000;

/** Makes what was said searchable. */
export function createSearchFiller(options: SearchFillerOptions): Follower {
  return createFollower(options, {
    openQueue: (storage) => openQueue(storage, options),
    batchRequestsMax: BATCH_REQUESTS_MAX,
    words: {
      skipped: 'what a request says cannot be made searchable',
      away: 'what is said cannot be made searchable now; it is tried again',
      back: 'what is said is made searchable again',
    },
  });
}

/** Months are looked at before each batch: when they are due, and when one went missing under the last batch. */
function openQueue(storage: Storage, options: SearchFillerOptions): FollowedQueue {
  const { daysMax, clock, log } = options;
  const insert = createInsertRows(options);
  let months: ReadonlySet<Month> = new Set();
  let monthsAtMs = -Infinity;

  async function keepMonths(): Promise<void> {
    const nowMs = clock();
    if (nowMs - monthsAtMs < MONTHS_EVERY_MS && months.has(toMonth(nowMs))) return;
    months = await keepSearchMonths(storage, { nowMs, daysMax });
    monthsAtMs = nowMs;
  }

  return {
    take: async (requestsMax) => {
      await keepMonths();
      if (daysMax === 0) return null;
      const batch = await fillBatch({ storage, insert, months }, requestsMax);
      for (const requestId of batch?.unreadable ?? []) {
        log.warn({ requestId }, 'a stored body is damaged and cannot be searched');
      }
      return batch?.requests ?? null;
    },
    skipFirst: () => skipFirst(storage),
    makeMonths: async () => {
      monthsAtMs = -Infinity;
      await keepMonths();
    },
  };
}
