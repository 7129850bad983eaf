import type { Secret } from '@nexus/config';

/** A token as it came. */
export interface MintedToken {
  readonly value: Secret;
  /** Epoch milliseconds; null where it does not expire. */
  readonly expiresAtMs: number | null;
  /** Epoch milliseconds; null where nobody remembers. */
  readonly mintedAtMs: number | null;
  /** Where it does not expire, but may have been replaced: when to look again. Epoch milliseconds. */
  readonly lookAgainAtMs?: number;
}

export interface MintAsk {
  /** The token that is no longer wanted: refused by the upstream, or soon to expire. Null where there was none. */
  readonly replaces: Secret | null;
  readonly signal: AbortSignal;
}

/**
 * Makes a new token.
 * @throws {MintError}
 */
export type Mint = (ask: MintAsk) => Promise<MintedToken>;

/**
 * Why no token could be had, in words that hold no secret. `final` where trying again changes nothing until a person or
 * another process changes the material.
 */
export class MintError extends Error {
  readonly final: boolean;

  constructor(because: string, options: { final?: boolean; cause?: unknown } = {}) {
    super(because, { cause: options.cause });
    this.name = 'MintError';
    this.final = options.final ?? false;
  }
}
