import { toRequestSummary } from '@nexus/services';
import type { Logger } from '@nexus/telemetry';
import type { Limits } from './limits/create-limits.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { toConversationEvents } from './live/to-conversation-events.ts';
import type { Recorder } from './recorder/recorder.ts';
import { writeExchangeLine } from './recorder/write-exchange-line.ts';

export interface Tellees {
  readonly live: LiveFeed;
  readonly limits: Pick<Limits, 'settle' | 'settles'>;
  readonly log: Logger;
}

/** Tells everybody who wants to know what became of exchanges once they are recorded. */
export function tellOfRecords(recorder: Recorder, { live, limits, log }: Tellees): void {
  recorder.onRecorded((readFacts) => live.recorded(() => toRequestSummary(readFacts(), null)), live.isWatched);
  recorder.onWritten((readBatch) => live.linked(() => toConversationEvents(readBatch())), live.isWatched);
  recorder.onUntold(live.forget);
  recorder.onRecorded((readFacts) => limits.settle(readFacts), limits.settles);
  recorder.onGivenUp((record) => writeExchangeLine(log, record, null));
}
