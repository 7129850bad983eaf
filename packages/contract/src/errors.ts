/** Whose doing an error was: the caller's, ours, the upstream's, or the database's. */
export type ErrorSource = 'client' | 'gateway' | 'upstream' | 'storage';

/** One row of the error table. `message` is public; `check` tells an operator where to look. */
export interface ErrorRow {
  readonly status: number;
  readonly source: ErrorSource;
  /** Whether the same request may succeed later; false sends `x-should-retry: false`. */
  readonly retryable: boolean;
  /** `error.type` in Anthropic's error body. */
  readonly anthropicType: string;
  readonly message: string;
  readonly about: string;
  readonly check: string;
}

/** Every error this program can answer with. No status number stands anywhere else. */
export const ERRORS = {
  'body-missing': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'This route needs a JSON body, and none was sent.',
    about: 'A POST to a messages route came with an empty body.',
    check: 'The client, or a proxy before us that dropped the body.',
  },
  'body-malformed': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The body is not a JSON object, or ends too early.',
    about: 'The byte scan of the top level of a messages body failed.',
    check: 'The `detail` of the record names the byte offset.',
  },
  'field-invalid': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'A field has the wrong type or value.',
    about:
      'A field that routing depends on (`model`, `stream`), a query parameter or a body field of our own API is wrong.',
    check: 'The message names the field.',
  },
  'header-invalid': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'A header holds characters that HTTP does not allow.',
    about: 'A header value has control characters.',
    check: 'The client that sets the header.',
  },
  'host-missing': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The Host header is missing or is not a host name.',
    about: 'No domain can be told from the request.',
    check: 'The client or the proxy before us; `Host` must be passed on.',
  },
  'body-too-large': {
    status: 413,
    source: 'client',
    retryable: false,
    anthropicType: 'request_too_large',
    message: 'The body is larger than 32 MB.',
    about: 'Claude refuses bodies above 32 MB; we refuse them before buffering.',
    check: 'Attachments and tool results of the conversation.',
  },
  'domain-unknown': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'This host name is not served here.',
    about: 'No credential file matches the host, and the default domain is switched off.',
    check: 'The name of the file in CREDENTIALS_DIR, and NEXUS_DEFAULT_DOMAIN.',
  },
  'key-missing': {
    status: 401,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'No key was sent. Put your Claude Nexus key into `x-api-key` or `Authorization: Bearer`.',
    about: 'Client authentication is on, and the request carried no key.',
    check: 'ANTHROPIC_AUTH_TOKEN or ANTHROPIC_API_KEY of the client.',
  },
  'key-unknown': {
    status: 401,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'This key is not valid here.',
    about: 'The key is unknown, revoked, expired, or belongs to another domain; the answer does not say which.',
    check: '`bun run nexus key list`.',
  },
  'origin-refused': {
    status: 403,
    source: 'client',
    retryable: false,
    anthropicType: 'permission_error',
    message: 'Requests from web pages are not accepted here.',
    about: 'A browser sent a foreign Origin or an unexpected Host to a gateway that trusts local callers.',
    check: 'CORS_ORIGINS, if the page is yours.',
  },
  'credential-missing': {
    status: 401,
    source: 'gateway',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'No Claude credential: none is stored for this domain, and the request carried none.',
    about: 'There is nothing to authenticate with at the upstream.',
    check: 'ANTHROPIC_API_KEY, the credential file of the domain, or the key of the client.',
  },
  'credential-invalid': {
    status: 503,
    source: 'gateway',
    retryable: false,
    anthropicType: 'api_error',
    message: 'The stored credential of this domain cannot be used.',
    about: 'The credential file is malformed, or its token has expired and cannot be refreshed.',
    check: 'The start-up report of credential files in the log.',
  },
  'limit-reached': {
    status: 429,
    source: 'client',
    retryable: true,
    anthropicType: 'rate_limit_error',
    message: 'Too many requests at once.',
    about: 'The bound of exchanges in flight of this process is reached.',
    check: 'NEXUS_EXCHANGES_MAX.',
  },
  'upstream-unreachable': {
    status: 502,
    source: 'upstream',
    retryable: true,
    anthropicType: 'api_error',
    message: 'Claude could not be reached.',
    about: 'The connection to the upstream failed before any byte of an answer.',
    check: 'CLAUDE_API_BASE_URL, DNS, egress firewall, TLS trust.',
  },
  'upstream-timeout': {
    status: 504,
    source: 'upstream',
    retryable: true,
    anthropicType: 'timeout_error',
    message: 'Claude did not answer in time.',
    about: 'No connection, or no first byte, within its bound.',
    check: 'CLAUDE_API_TIMEOUT, NEXUS_CONNECT_TIMEOUT_MS, NEXUS_FIRST_BYTE_TIMEOUT_MS.',
  },
  'shutting-down': {
    status: 503,
    source: 'gateway',
    retryable: true,
    anthropicType: 'api_error',
    message: 'This gateway is shutting down.',
    about: 'The process got SIGTERM and takes no new exchanges.',
    check: 'Nothing; the client retries elsewhere.',
  },
  'sign-in-required': {
    status: 401,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'Sign in, or send DASHBOARD_API_KEY as X-Dashboard-Key.',
    about: 'The dashboard and the API are locked.',
    check: 'The sign-in link printed at start, or `bun run nexus sign-in`.',
  },
  'sign-in-link-used': {
    status: 401,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'This sign-in link was used already or is too old. Run `bun run nexus sign-in` for a new one.',
    about: 'Sign-in links work once.',
    check: '`bun run nexus sign-in`.',
  },
  'sign-in-throttled': {
    status: 429,
    source: 'client',
    retryable: true,
    anthropicType: 'rate_limit_error',
    message: 'Too many failed attempts from this address. Wait a minute.',
    about: 'One address sent ten wrong keys or sign-in links within a minute.',
    check: 'The script or page that still sends an old key.',
  },
  'scope-missing': {
    status: 403,
    source: 'client',
    retryable: false,
    anthropicType: 'permission_error',
    message: 'You are signed in, but may not do this.',
    about: 'The operation needs a scope that the caller does not have.',
    check: 'The scopes of the key.',
  },
  'route-unknown': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'There is nothing at this address.',
    about: 'No operation, page or upstream route matches the path.',
    check: '/openapi.json lists every operation.',
  },
  'request-unknown': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'There is no request with this id.',
    about: 'The id was never recorded, or retention dropped it.',
    check: 'The id; a request is listed a second after it ended.',
  },
  'body-absent': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'This body was not kept.',
    about: 'The exchange had no such body, or its payload was dropped under pressure before the facts were.',
    check: '`payload` of the request, and the losses in /api/storage-stats.',
  },
  'body-damaged': {
    status: 500,
    source: 'storage',
    retryable: false,
    anthropicType: 'api_error',
    message: 'The stored body does not match its checksum and is not shown.',
    about: 'A rebuilt body differs from the bytes that were recorded.',
    check: 'The disk and the backups of the database; please report it.',
  },
  'key-absent': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'There is no client key with this id.',
    about: 'The id of a key to revoke is not in the database.',
    check: '`bun run nexus key list`.',
  },
  'watchers-full': {
    status: 503,
    source: 'gateway',
    retryable: true,
    anthropicType: 'api_error',
    message: 'Too many pages watch the live feed already.',
    about: 'The bound of live feed watchers of this process is reached.',
    check: 'NEXUS_LIVE_WATCHERS_MAX, and forgotten browser tabs.',
  },
  'storage-unavailable': {
    status: 503,
    source: 'storage',
    retryable: true,
    anthropicType: 'api_error',
    message: 'The database cannot be reached. Exchanges go on and are spooled; only history waits.',
    about: 'A read of history failed because PostgreSQL is away.',
    check: 'DATABASE_URL, or the embedded server log in NEXUS_DATA_DIR.',
  },
  unexpected: {
    status: 500,
    source: 'gateway',
    retryable: true,
    anthropicType: 'api_error',
    message: 'Something broke in the gateway. The log has the details under this request id.',
    about: 'An error that no code of ours names.',
    check: 'The log line of the request id; please report it.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** The row of `code`, widened so that callers need not know each literal. */
export function toErrorRow(code: ErrorCode): ErrorRow {
  return ERRORS[code];
}
