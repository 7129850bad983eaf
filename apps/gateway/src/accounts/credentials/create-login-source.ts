import type { AccountSettings } from '../account-file.ts';
import type { TokenSource } from '../token-source.ts';
import { toContentHash } from './content-hash.ts';
import { type MintListener, countMints } from './count-mints.ts';
import { createMintedSource } from './create-minted-source.ts';
import type { MintedToken } from './mint.ts';
import { createLoginMint, type LoginWorld } from './refresh-login.ts';
import type { OauthCredential } from './stored-credential.ts';
import { OAUTH_BETA } from './to-stored-credential.ts';

/** The source of a login, which outlives the tokens that it was made of. */
export interface LoginSource extends TokenSource {
  /** Whether a login is this one: the same tokens, or ones that it had before or made itself. */
  holds(credential: OauthCredential): boolean;
}

export interface LoginSourceParts extends LoginWorld {
  /** For logins whose file names no endpoint and client of its own. */
  readonly loginDefaults: { readonly tokenUrl: string; readonly clientId: string };
  /** Told of each try to have a token, of whatever kind. */
  readonly onMint?: MintListener;
}

/** So many of our own tokens are remembered: a reload that began before a rotation must not bring an old one back. */
const SEEN_MAX = 32;

export function createLoginSource(
  { path, id }: AccountSettings,
  credential: OauthCredential,
  parts: LoginSourceParts,
): LoginSource {
  const tokenUrl = credential.tokenUrl ?? parts.loginDefaults.tokenUrl;
  const clientId = credential.clientId ?? parts.loginDefaults.clientId;
  const seen = new Set<string>();
  const refresh = countMints(
    createLoginMint({ path, accountId: id, tokenUrl, clientId }, parts),
    'oauth',
    parts.onMint,
  );
  const source = createMintedSource({
    kind: 'oauth',
    place: { kind: 'bearer', betas: [OAUTH_BETA] },
    async mint(ask) {
      const token = await refresh(ask);
      remember(seen, token);
      return token;
    },
    refreshable: credential.refreshToken !== null,
    initial: toToken(credential),
    clock: parts.clock,
  });
  remember(seen, toToken(credential));
  return {
    ...source,
    holds: (next) =>
      next.tokenUrl === credential.tokenUrl &&
      next.clientId === credential.clientId &&
      (next.refreshToken === null) === (credential.refreshToken === null) &&
      seen.has(toContentHash(next.accessToken.reveal())),
  };
}

function toToken({ accessToken, expiresAtMs }: OauthCredential): MintedToken {
  return { value: accessToken, expiresAtMs, mintedAtMs: null };
}

function remember(seen: Set<string>, { value }: MintedToken): void {
  seen.add(toContentHash(value.reveal()));
  const [oldest] = seen;
  if (seen.size > SEEN_MAX && oldest !== undefined) seen.delete(oldest);
}
