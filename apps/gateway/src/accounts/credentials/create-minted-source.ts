import type { UpstreamCredential } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import type { TokenSource } from '../token-source.ts';
import { type Mint, MintError, type MintedToken } from './mint.ts';
import { createMintFlight } from './mint-flight.ts';
import type { CredentialKind, TokenPlace } from './stored-credential.ts';
import { toUpstreamCredential } from './to-upstream-credential.ts';
import { whileWaiting } from './while-waiting.ts';

export interface MintedSourceParts {
  readonly kind: CredentialKind;
  readonly place: TokenPlace;
  readonly mint: Mint;
  /** Whether `mint` can give another token than the one before. */
  readonly refreshable: boolean;
  /** What the file holds already. */
  readonly initial: MintedToken | null;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A refresh is due this long before the end, or a tenth of a shorter life; callers wait for it only at the very end. */
const AHEAD_MS_MAX = 300_000;
const LATE_MS_MAX = 30_000;
/** What tokens live where nobody remembers when one was made. */
const LIFE_MS = 3_600_000;

/** Why a person cannot have a new token. */
const NO_OTHER =
  'a credential of this kind has no other token: replace it (`bun run nexus account replace`, or Accounts in the dashboard)';

interface Live {
  readonly token: MintedToken;
  readonly credential: UpstreamCredential;
  /** From here on a refresh is due. */
  readonly dueAtMs: number;
  /** From here on a caller waits for it. */
  readonly lateAtMs: number;
  readonly expiresAtMs: number;
}

/** Keeps one token fresh. Nothing happens without callers: an account that nobody uses asks for nothing. */
export function createMintedSource(parts: MintedSourceParts): TokenSource {
  const { clock, place, refreshable } = parts;
  let live = parts.initial === null ? null : toLive(parts.initial, place);
  const flight = createMintFlight({
    mint: parts.mint,
    clock,
    onMinted: (token) => {
      live = toLive(token, place);
    },
  });

  /** A failure is a value here: each caller makes something else of it. */
  async function mintAnew(signal: AbortSignal): Promise<UpstreamCredential | MintError> {
    try {
      const token = await whileWaiting(flight.run(live?.token.value ?? null), signal);
      return toUpstreamCredential(token.value, place);
    } catch (error) {
      if (error instanceof MintError) return error;
      throw error;
    }
  }

  function current(): UpstreamCredential | null {
    const nowMs = clock();
    if (live === null || nowMs >= live.expiresAtMs) return null;
    if (nowMs < live.dueAtMs || !refreshable || flight.holdsBack() !== null) return live.credential;
    flight.run(live.token.value).catch(() => {});
    return nowMs < live.lateAtMs ? live.credential : null;
  }

  return {
    current,
    async get(signal) {
      signal.throwIfAborted();
      const now = current();
      if (now !== null) return now;
      const minted = flight.holdsBack() ?? (await mintAnew(signal));
      if (!(minted instanceof MintError)) return minted;
      // Late is not over: until it expires the old one serves.
      if (live !== null && clock() < live.expiresAtMs) return live.credential;
      throw toGatewayError(minted);
    },
    async renew(used, signal) {
      if (live !== null && toText(live.credential) !== toText(used)) return live.credential;
      if (!refreshable || flight.holdsBack() !== null) return null;
      const minted = await mintAnew(signal);
      return minted instanceof MintError || toText(minted) === toText(used) ? null : minted;
    },
    async rotate(signal) {
      const minted = refreshable ? await mintAnew(signal) : new MintError(NO_OTHER);
      if (minted instanceof MintError) throw toGatewayError(minted);
      return minted;
    },
    state: () => ({
      kind: parts.kind,
      expiresAtMs: live?.token.expiresAtMs ?? null,
      lastMintedAtMs: live?.token.mintedAtMs ?? null,
      lastError: flight.lastError(),
      refreshable,
    }),
    close: () => flight.close(),
  };
}

function toLive(token: MintedToken, place: TokenPlace): Live {
  const credential = toUpstreamCredential(token.value, place);
  const expiresAtMs = token.expiresAtMs ?? Number.POSITIVE_INFINITY;
  const lifeMs = token.mintedAtMs === null ? LIFE_MS : expiresAtMs - token.mintedAtMs;
  return {
    token,
    credential,
    expiresAtMs,
    dueAtMs: token.lookAgainAtMs ?? expiresAtMs - Math.min(AHEAD_MS_MAX, lifeMs / 10),
    lateAtMs: expiresAtMs - Math.min(LATE_MS_MAX, lifeMs / 100),
  };
}

function toText(credential: UpstreamCredential): string {
  switch (credential.kind) {
    case 'api-key':
      return credential.key;
    case 'bearer':
      return credential.token;
    case 'header':
      return credential.value;
    case 'pass-through':
      return '';
    default:
      return credential satisfies never;
  }
}

function toGatewayError(error: MintError): GatewayError {
  return new GatewayError('credential-invalid', { cause: error, detail: { because: error.message } });
}
