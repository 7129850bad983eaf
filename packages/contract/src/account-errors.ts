import type { ErrorRow } from './error-row.ts';

/** Of accounts and their credentials: which may serve, and what is wrong with those that may not. */
export const ACCOUNT_ERRORS = {
  'credential-missing': {
    status: 401,
    source: 'gateway',
    retryable: false,
    anthropicType: 'authentication_error',
    message:
      'No Claude credential: none is stored for this domain, and the request carried none. Send one, or add an account.',
    about: 'There is nothing to authenticate with at the upstream.',
    check:
      '`bun run nexus account add`, *Accounts* in the dashboard, ANTHROPIC_API_KEY, the credential file of the domain, or the key of the client.',
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
  'model-not-served': {
    status: 404,
    source: 'gateway',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'No Claude account of this domain may be asked for this model.',
    about: 'Every account of the pool has a model filter, and none lets this model through.',
    check: '`models` of the accounts in the credential file of the domain.',
  },
  'accounts-resting': {
    status: 529,
    source: 'gateway',
    retryable: true,
    anthropicType: 'overloaded_error',
    message: 'Every Claude account of this domain is resting.',
    about:
      'All accounts of the pool rest after limits or errors of the upstream, and none is back within the time that a caller waits. `retry-after` tells when the first one is.',
    check: '`bun run nexus account list`: why each account rests, and until when.',
  },
  'accounts-unavailable': {
    status: 503,
    source: 'gateway',
    retryable: false,
    anthropicType: 'api_error',
    message: 'No Claude account of this domain can be used.',
    about: 'All accounts of the pool are paused, switched off, or refused by the upstream.',
    check: '`bun run nexus account list`, and the credential file of the domain.',
  },
  'account-unknown': {
    status: 404,
    source: 'client',
    retryable: false,
    anthropicType: 'not_found_error',
    message: 'There is no account with this id.',
    about: 'The id stands in no credential file of this gateway.',
    check: '`bun run nexus account list`.',
  },
  'account-exists': {
    status: 409,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The domain has an account with this id already.',
    about: 'An account was added under an id that stands in the credential file of the domain.',
    check: '`bun run nexus account list`; choose another id, or change the file.',
  },
  'credential-unwritable': {
    status: 409,
    source: 'gateway',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The credential file of the domain cannot be written.',
    about: 'An account was to be put into a file that is broken, is mounted read-only, or is not ours to write.',
    check: 'CREDENTIALS_DIR: who may write there, and the start-up report of credential files.',
  },
  'login-refused': {
    status: 400,
    source: 'upstream',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The code of the login was not accepted. Begin again: a code works once and only for minutes.',
    about: 'The token endpoint refused the code, or the code belongs to another login.',
    check: 'The code as the page shows it, with what stands behind `#`; NEXUS_OAUTH_TOKEN_URL, CLAUDE_OAUTH_CLIENT_ID.',
  },
} as const satisfies Record<string, ErrorRow>;
