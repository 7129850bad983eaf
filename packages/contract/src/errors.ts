import { ACCOUNT_ERRORS } from './account-errors.ts';
import { API_ERRORS } from './api-errors.ts';
import type { ErrorRow } from './error-row.ts';
import { FORWARD_ERRORS } from './forward-errors.ts';
import { HTTP_ERRORS } from './http-errors.ts';
import { LIMIT_ERRORS } from './limit-errors.ts';

export type { ErrorRow, ErrorSource } from './error-row.ts';

/** Every error this program can answer with. No status number stands anywhere else. */
export const ERRORS = {
  ...HTTP_ERRORS,
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
    about:
      'Client authentication is on, or a credential is stored for a domain other than the default one, and the request carried no key.',
    check: 'ANTHROPIC_AUTH_TOKEN or ANTHROPIC_API_KEY of the client; ENABLE_CLIENT_AUTH.',
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
  ...FORWARD_ERRORS,
  ...ACCOUNT_ERRORS,
  'limit-reached': {
    status: 429,
    source: 'client',
    retryable: true,
    anthropicType: 'rate_limit_error',
    message: 'Too many requests at once.',
    about:
      'The bound of exchanges in flight of this process is reached, or so much of large bodies is on its way in that eight of the largest would be full.',
    check: 'NEXUS_EXCHANGES_MAX, NEXUS_BODY_BYTES_MAX, and who sends large bodies slowly.',
  },
  ...LIMIT_ERRORS,
  'upstream-unreachable': {
    status: 502,
    source: 'upstream',
    retryable: true,
    anthropicType: 'api_error',
    message: 'Claude could not be reached.',
    about: 'The connection to the upstream failed before any byte of an answer.',
    check:
      'CLAUDE_API_BASE_URL, DNS, egress firewall, TLS trust. The message and the `detail` of the record name the cause.',
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
  ...API_ERRORS,
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
