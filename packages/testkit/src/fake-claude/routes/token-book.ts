/** One chain of refresh tokens; a token used twice revokes the whole chain. */
interface TokenFamily {
  readonly name: string;
  liveRefreshToken: string;
  revoked: boolean;
  generation: number;
}

/** The fake's OAuth side: which refresh tokens are live, and which access tokens it gave out. */
export interface TokenBook {
  /** Opens a family and gives its first refresh token; its first access token is `firstAccessToken(name)`. */
  open(name: string): string;
  firstAccessToken(name: string): string;
  /** What a person would bring back from the login page; `challenge` is that of PKCE (RFC 7636 §4.2). */
  openCode(name: string, challenge: string): string;
  /** Swaps a code for the first tokens of a family; null where it is unknown, used, or the verifier does not fit. */
  redeem(code: string, verifier: string): { accessToken: string; refreshToken: string } | null;
  /** Swaps a refresh token for new tokens; null where it is unknown, spent or revoked. */
  refresh(refreshToken: string): { accessToken: string; refreshToken: string } | null;
  /** Whether an access token that looks like ours is a live one. */
  accepts(accessToken: string): boolean;
  clear(): void;
}

const familiesMax = 10_000;
const accessPrefix = 'sk-ant-oat01-fake-';
const refreshPrefix = 'sk-ant-ort01-fake-';

export function createTokenBook(): TokenBook {
  const families = new Map<string, TokenFamily>();
  const codes = new Map<string, { readonly name: string; readonly challenge: string }>();

  function familyOf(token: string, prefix: string): { family: TokenFamily; generation: number } | null {
    const parts = /^(.+)-(\d+)$/.exec(token.startsWith(prefix) ? token.slice(prefix.length) : '');
    const family = families.get(parts?.[1] ?? '');
    return family === undefined ? null : { family, generation: Number(parts?.[2]) };
  }

  function open(name: string): string {
    if (families.size >= familiesMax) families.clear();
    const liveRefreshToken = `${refreshPrefix}${name}-0`;
    families.set(name, { name, liveRefreshToken, revoked: false, generation: 0 });
    return liveRefreshToken;
  }

  return {
    open,
    firstAccessToken: (name) => `${accessPrefix}${name}-0`,
    openCode(name, challenge) {
      if (codes.size >= familiesMax) codes.clear();
      const code = `code-${name}-${codes.size}`;
      codes.set(code, { name, challenge });
      return code;
    },
    redeem(code, verifier) {
      const opened = codes.get(code);
      codes.delete(code);
      const challenge = new Bun.CryptoHasher('sha256').update(verifier).digest('base64url');
      if (opened === undefined || opened.challenge !== challenge) return null;
      const { name } = opened;
      return { refreshToken: open(name), accessToken: `${accessPrefix}${name}-0` };
    },
    refresh(refreshToken) {
      const found = familyOf(refreshToken, refreshPrefix);
      if (found === null || found.family.revoked) return null;
      const { family } = found;
      if (refreshToken !== family.liveRefreshToken) {
        family.revoked = true;
        return null;
      }
      family.generation += 1;
      family.liveRefreshToken = `${refreshPrefix}${family.name}-${family.generation}`;
      return {
        accessToken: `${accessPrefix}${family.name}-${family.generation}`,
        refreshToken: family.liveRefreshToken,
      };
    },
    accepts(accessToken) {
      if (!accessToken.startsWith(accessPrefix)) return true;
      const found = familyOf(accessToken, accessPrefix);
      return found !== null && !found.family.revoked && found.generation === found.family.generation;
    },
    clear() {
      families.clear();
      codes.clear();
    },
  };
}
