import { toErrorAnswer, toJsonAnswer } from '../answer.ts';
import { isJsonObject } from '../messages-body.ts';
import type { Route, RouteContext } from './route.ts';

/** One chain of refresh tokens; a token used twice revokes the whole chain. */
interface TokenFamily {
  readonly name: string;
  liveRefreshToken: string;
  revoked: boolean;
  generation: number;
}

/** The fake's OAuth side: which refresh tokens are live, and which access tokens it gave out. */
export interface TokenBook {
  /** Opens a family and gives its first refresh token. */
  open(name: string): string;
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

  function familyOf(token: string, prefix: string): { family: TokenFamily; generation: number } | null {
    const parts = /^(.+)-(\d+)$/.exec(token.startsWith(prefix) ? token.slice(prefix.length) : '');
    const family = families.get(parts?.[1] ?? '');
    return family === undefined ? null : { family, generation: Number(parts?.[2]) };
  }

  return {
    open(name) {
      if (families.size >= familiesMax) families.clear();
      const liveRefreshToken = `${refreshPrefix}${name}-0`;
      families.set(name, { name, liveRefreshToken, revoked: false, generation: 0 });
      return liveRefreshToken;
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
    clear: () => families.clear(),
  };
}

/** `POST /v1/oauth/token`: refresh tokens work once, and a second use revokes their family. */
export function createOauthRoute(book: TokenBook, expiresInS: number): Route {
  return (context) => {
    if (context.request.path !== '/v1/oauth/token' || context.request.method !== 'POST') return null;
    const fields = readFields(context);
    if (fields['grant_type'] !== 'refresh_token') return refuse(context, 'unsupported_grant_type');
    const tokens = book.refresh(String(fields['refresh_token']));
    if (tokens === null) return refuse(context, 'invalid_grant');
    return toJsonAnswer(200, {
      token_type: 'Bearer',
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      expires_in: expiresInS,
      scope: 'user:inference user:profile',
      organization: { uuid: '00000000-0000-4000-8000-000000000001', name: 'Fake organisation' },
      account: { uuid: '00000000-0000-4000-8000-000000000002', email_address: 'fake@example.com' },
    });
  };
}

function readFields({ request }: RouteContext): Readonly<Record<string, unknown>> {
  const json = request.json();
  return isJsonObject(json) ? json : Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
}

function refuse({ requestId }: RouteContext, error: string) {
  const descriptions: Readonly<Record<string, string>> = { invalid_grant: 'Refresh token not found or invalid' };
  if (error === 'invalid_grant') return toJsonAnswer(400, { error, error_description: descriptions[error] });
  return toErrorAnswer(400, error, { requestId });
}
