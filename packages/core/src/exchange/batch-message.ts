import type { BatchMessage } from '@nexus/anthropic';
import type { RecordedCost } from './request-facts.ts';

/** A message of a batch with what it cost by the price table of its recording. */
export interface PricedBatchMessage extends BatchMessage {
  readonly cost: RecordedCost | null;
}
