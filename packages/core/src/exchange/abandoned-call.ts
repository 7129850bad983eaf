import type { Usage } from '@nexus/anthropic';
import type { Outcome } from './outcome.ts';
import type { RecordedCost } from './request-facts.ts';

/**
 * A call of an exchange that broke off before its first content, so that another account was asked. Claude had told by then what it
 * read, and bills it to the account that read it.
 */
export interface AbandonedCall {
  readonly accountId: string;
  readonly status: number | null;
  readonly outcome: Extract<Outcome, 'stream-error' | 'cut'>;
  /** What was told so far: a floor. */
  readonly usage: Usage;
}

/** The same with what it cost by the price table of its recording. */
export interface PricedAbandonedCall extends AbandonedCall {
  readonly cost: RecordedCost | null;
}
