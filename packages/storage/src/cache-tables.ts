/** Whether a turn read what the turn before it had left in the prompt cache; texts are empty where nothing is known. */
export interface CacheTurnTable {
  readonly account_id: string;
  readonly started_at: Date;
  readonly request_id: string;
  readonly domain: string;
  readonly key_id: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly kind: string;
  readonly parent_request_id: string | null;
  readonly verdict: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly readable_tokens: number;
  readonly lost_tokens: number;
  readonly lost_nano: number | null;
}

/** Sums of turns over a step of time that begins at `at`; hours and days are kept alike. */
export interface CacheRollupTable {
  readonly account_id: string;
  readonly at: Date;
  readonly domain: string;
  readonly key_id: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly kind: string;
  readonly verdict: string;
  readonly turn_count: number;
  readonly lost_tokens: number;
  readonly lost_nano: number;
  readonly unpriced_count: number;
}

/** Turns that wait to be looked at. */
export interface CacheQueueTable {
  readonly account_id: string;
  readonly request_id: string;
  readonly started_at: Date;
  readonly queued_at: Date;
}
