import { Secret } from '@nexus/config';
import { type Login, type LoginFile, readLoginFile } from './login-file.ts';
import { type Mint, MintError, type MintedToken } from './mint.ts';
import { readLifetime } from './mint-tokens.ts';
import type { RefreshLock } from './refresh-lock.ts';
import { type TokenAnswer, type TokenFetch, TokenRefusal, requestToken } from './request-token.ts';
import {
  findJournal,
  finishFoundJournal,
  type FoundJournal,
  type JournalTarget,
  openJournal,
  type RotationJournal,
} from './rotation-journal.ts';
import { OAUTH_BETA } from './to-stored-credential.ts';
import { toToken } from './to-token.ts';

/** The login that is kept fresh. */
export interface LoginPlace {
  /** The credential file, and which account of it. */
  readonly path: string;
  readonly accountId: string;
  readonly tokenUrl: string;
  readonly clientId: string;
}

export interface LoginWorld {
  readonly fetch: TokenFetch;
  readonly lock: RefreshLock;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** One that somebody else brought and that ends sooner than this is not worth taking. */
const WORTH_TAKING_MS = 60_000;
/** What counts where the answer tells no lifetime. */
const LIFE_SECONDS = 3600;

/**
 * Refreshes a login whose refresh token works once (RFC 6749 §6). Only one program in the world may send it: the file is read
 * again under the lock, since somebody may have refreshed meanwhile, and the new login is on disk before anybody uses it.
 * Goes on when its caller is gone: half a rotation would lose the login.
 */
export function createLoginMint(place: LoginPlace, world: LoginWorld): Mint {
  return ({ replaces }) =>
    world.lock(place, async () => {
      const file = await readSettledFile(place);
      const taken = toMinted(file.login, null);
      if (isWorthTaking(file.login, replaces, world.clock())) return taken;
      const { refreshToken } = file.login;
      if (refreshToken === null)
        throw new MintError(`the login has no refresh token; ${SIGN_IN_AGAIN}`, { final: true });
      const journal = await openJournal({ ...file, accountId: place.accountId }).catch(toUnwritable);
      const asked = { place, world, file, journal, refreshToken };
      const answer = await ask(asked);
      return answer === null ? takeNewer(asked) : keep(asked, answer);
    });
}

const SIGN_IN_AGAIN = 'sign in again with `nexus account login`';

/** The file, after an answer that was written and not put in its place has been. */
async function readSettledFile({ path, accountId }: LoginPlace): Promise<LoginFile> {
  const file = await readLoginFile(path, accountId);
  const target: JournalTarget = { ...file, accountId };
  const found = await findJournal(target);
  if (found.kind !== 'answered') return file;
  await finishFoundJournal(target).catch(toUnwritable);
  return readLoginFile(path, accountId);
}

function isWorthTaking(login: Login, replaces: Secret | null, nowMs: number): boolean {
  if (replaces !== null && login.accessToken.reveal() === replaces.reveal()) return false;
  return login.expiresAtMs === null || login.expiresAtMs > nowMs + WORTH_TAKING_MS;
}

interface Asked {
  readonly place: LoginPlace;
  readonly world: LoginWorld;
  readonly file: LoginFile;
  readonly journal: RotationJournal;
  readonly refreshToken: Secret;
}

/** Null where it was refused. Where no answer came, the journal stays: the token may be spent. */
async function ask({ place, world, journal, refreshToken }: Asked): Promise<TokenAnswer | null> {
  try {
    return await requestToken(
      {
        url: place.tokenUrl,
        encoding: 'json',
        headers: { 'anthropic-beta': OAUTH_BETA },
        fields: { grant_type: 'refresh_token', refresh_token: refreshToken.reveal(), client_id: place.clientId },
      },
      // Its own time-out ends it; nobody who leaves may.
      { fetch: world.fetch, signal: new AbortController().signal },
    );
  } catch (error) {
    if (!(error instanceof TokenRefusal)) {
      await journal.leave();
      throw error;
    }
    await journal.discard();
    const newer = await findNewer(place, refreshToken);
    if (newer !== null) return null;
    throw new MintError(`${error.message}; ${toAdvice(journal.found)}`, { final: true, cause: error });
  }
}

function toAdvice(found: FoundJournal): string {
  if (found.kind === 'none') return SIGN_IN_AGAIN;
  return `an earlier refresh was cut off after its token may have been spent; ${SIGN_IN_AGAIN}`;
}

/** Somebody who does not know of our lock may have put another login there. */
async function findNewer({ path, accountId }: LoginPlace, spent: Secret): Promise<Login | null> {
  const { login } = await readLoginFile(path, accountId);
  return login.refreshToken?.reveal() === spent.reveal() ? null : login;
}

async function takeNewer({ place }: Asked): Promise<MintedToken> {
  const { login } = await readLoginFile(place.path, place.accountId);
  return toMinted(login, null);
}

async function keep({ world, file, journal, refreshToken }: Asked, answer: TokenAnswer): Promise<MintedToken> {
  const nowMs = world.clock();
  const { access_token: access, refresh_token: refresh, scope } = answer;
  if (typeof access !== 'string') {
    await journal.discard();
    throw new MintError('the answer of the token endpoint has no `access_token`');
  }
  const login: Login = {
    accessToken: toToken(access, 'the token endpoint'),
    // Those that may be used again are not sent back.
    refreshToken: typeof refresh === 'string' && refresh !== '' ? new Secret(refresh) : refreshToken,
    expiresAtMs: Math.round(nowMs + (readLifetime(answer, 'expires_in') ?? LIFE_SECONDS) * 1000),
  };
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : null;
  await journal.finish(file.withLogin(login, scopes)).catch(toUnwritable);
  return toMinted(login, nowMs);
}

function toMinted({ accessToken, expiresAtMs }: Login, mintedAtMs: number | null): MintedToken {
  return { value: accessToken, expiresAtMs, mintedAtMs };
}

function toUnwritable(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  throw new MintError(`the credential file cannot be written${code}, and a refreshed login must be kept there`, {
    cause,
  });
}
