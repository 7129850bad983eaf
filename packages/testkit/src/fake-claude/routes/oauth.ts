import { type Answer, toErrorAnswer, toJsonAnswer } from '../answer.ts';
import { isJsonObject } from '../messages-body.ts';
import type { Route, RouteContext } from './route.ts';
import type { TokenBook } from './token-book.ts';

type Fields = Readonly<Record<string, unknown>>;
type Grant = (context: RouteContext, fields: Fields) => Answer;

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * `POST /v1/oauth/token`: refresh tokens work once, and a second use revokes their family; codes are held to their PKCE
 * challenge; clients and assertions are believed, unless they contain `invalid`.
 */
export function createOauthRoute(book: TokenBook, expiresInS: number): Route {
  const toLogin = (context: RouteContext, tokens: ReturnType<TokenBook['refresh']>): Answer =>
    tokens === null
      ? refuse(context, 'invalid_grant')
      : toJsonAnswer(200, {
          token_type: 'Bearer',
          access_token: tokens.accessToken,
          refresh_token: tokens.refreshToken,
          expires_in: expiresInS,
          scope: 'user:inference user:profile',
          organization: { uuid: '00000000-0000-4000-8000-000000000001', name: 'Fake organisation' },
          account: { uuid: '00000000-0000-4000-8000-000000000002', email_address: 'fake@example.com' },
        });
  const toToken = (context: RouteContext): Answer =>
    toJsonAnswer(200, {
      token_type: 'Bearer',
      access_token: `fake-minted-${context.request.ordinal}`,
      expires_in: expiresInS,
    });
  const grants: Readonly<Record<string, Grant>> = {
    refresh_token: (context, fields) => toLogin(context, book.refresh(String(fields['refresh_token']))),
    authorization_code: (context, { code, code_verifier: verifier }) =>
      toLogin(context, book.redeem(String(code), String(verifier))),
    client_credentials: (context, fields) =>
      isClient(context, fields) ? toToken(context) : refuse(context, 'invalid_client'),
    [jwtBearer]: (context, { assertion }) => (isGood(assertion) ? toToken(context) : refuse(context, 'invalid_grant')),
  };
  return (context) => {
    if (context.request.path !== '/v1/oauth/token' || context.request.method !== 'POST') return null;
    const fields = readFields(context);
    const grant = grants[String(fields['grant_type'])];
    return grant === undefined ? refuse(context, 'unsupported_grant_type') : grant(context, fields);
  };
}

function isClient({ request }: RouteContext, fields: Fields): boolean {
  const basic = /^Basic (.+)$/.exec(request.header('authorization') ?? '')?.[1];
  const shown = basic === undefined ? null : Buffer.from(basic, 'base64').toString('utf8');
  return isGood(shown ?? fields['client_secret'] ?? fields['client_assertion']);
}

function isGood(shown: unknown): boolean {
  return typeof shown === 'string' && shown !== '' && !shown.includes('invalid');
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
