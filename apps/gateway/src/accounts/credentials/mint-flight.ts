import type { Secret } from '@nexus/config';
import { type Mint, MintError, type MintedToken } from './mint.ts';
import { whileWaiting } from './while-waiting.ts';

/** One mint at a time for everybody who wants its token, and none for a while after one that failed. */
export interface MintFlight {
  /**
   * Joins the mint that is under way, or begins one.
   * @throws {MintError}
   */
  run(replaces: Secret | null): Promise<MintedToken>;
  /** The failure because of which nobody asks just now; null where one may ask. */
  holdsBack(): MintError | null;
  /** The last failure, until a mint succeeds. Epoch milliseconds. */
  lastError(): { readonly atMs: number; readonly because: string } | null;
  /** Cuts off what may be cut off, and waits for the rest. */
  close(): Promise<void>;
}

export interface MintFlightParts {
  readonly mint: Mint;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly onMinted: (token: MintedToken) => void;
}

/** After a failure nobody asks again for this long. */
const BACK_OFF_MS = 5_000;
/** A refusal for good is tried again this rarely, in case that the other side changed its mind. */
const FINAL_BACK_OFF_MS = 900_000;
/** The longest that a mint may take, whatever it waits for. */
const MINT_MS_MAX = 30_000;

export function createMintFlight({ mint, clock, onMinted }: MintFlightParts): MintFlight {
  const closing = new AbortController();
  let flight: Promise<MintedToken> | null = null;
  let working: Promise<MintedToken> | null = null;
  let failure: { readonly atMs: number; readonly error: MintError } | null = null;

  async function fly(replaces: Secret | null): Promise<MintedToken> {
    const bound = AbortSignal.any([closing.signal, AbortSignal.timeout(MINT_MS_MAX)]);
    try {
      working = mint({ replaces, signal: bound });
      const token = await whileWaiting(working, bound);
      failure = null;
      onMinted(token);
      return token;
    } catch (cause) {
      const error = toMintError(cause, bound);
      failure = { atMs: clock(), error };
      throw error;
    }
  }

  return {
    run(replaces) {
      flight ??= fly(replaces).finally(() => {
        flight = null;
      });
      return flight;
    },
    holdsBack() {
      if (failure === null) return null;
      const { atMs, error } = failure;
      return clock() - atMs < (error.final ? FINAL_BACK_OFF_MS : BACK_OFF_MS) ? error : null;
    },
    lastError: () => (failure === null ? null : { atMs: failure.atMs, because: failure.error.message }),
    async close() {
      closing.abort();
      // A rotation that has begun goes on until it is kept.
      await working?.catch(() => {});
    },
  };
}

function toMintError(cause: unknown, bound: AbortSignal): MintError {
  if (cause instanceof MintError) return cause;
  if (bound.aborted) return new MintError(`no token came within ${MINT_MS_MAX / 1000} s`, { cause });
  return new MintError('the token could not be made', { cause });
}
