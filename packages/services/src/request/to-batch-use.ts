import type { BatchTally } from '@nexus/anthropic';
import type { BatchUse } from '@nexus/contract';
import type { BatchUse as CountedUse } from '@nexus/storage';

/** What an answer held of a batch, with what was counted of it. */
export function toBatchUse(tally: BatchTally, counted: CountedUse): BatchUse {
  return {
    succeededCount: tally.succeeded,
    unbilledCount: tally.unbilled,
    unreadCount: tally.unread,
    isWhole: tally.isWhole,
    countedCount: counted.countedMessages,
    totalTokens: counted.totalTokens,
    costNano: counted.costNano,
    unpricedCount: counted.unpricedCount,
  };
}
