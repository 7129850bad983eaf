import type { ErrorRow } from './error-row.ts';

/** What limits and budgets refuse with; a part of the table of all errors. */
export const LIMIT_ERRORS = {
  'rate-limited': {
    status: 429,
    source: 'client',
    retryable: true,
    anthropicType: 'rate_limit_error',
    message: 'Too many requests. Try again later.',
    about:
      'A limit of requests, tokens or concurrency that was set for this caller is reached. `retry-after` tells how long.',
    check: '`bun run nexus limit list`, RATE_LIMIT_ENABLED; the `detail` of the record names the limit.',
  },
  'limit-unknown': {
    status: 503,
    source: 'gateway',
    retryable: true,
    anthropicType: 'api_error',
    message: 'The limits of this caller cannot be checked, since Redis does not answer. Try again in a moment.',
    about: 'A caller with limits came while Redis was away, and NEXUS_LIMITS_FAIL is `closed`.',
    check: 'REDIS_URL, NEXUS_REDIS_TIMEOUT_MS, NEXUS_LIMITS_FAIL.',
  },
  'budget-spent': {
    status: 429,
    source: 'client',
    retryable: false,
    anthropicType: 'billing_error',
    message: 'The budget of this caller is spent.',
    about:
      'What calls of this key, user, project, domain or gateway cost has reached its budget. The message names it.',
    check: '`bun run nexus budget list`.',
  },
  'budget-reserved': {
    status: 429,
    source: 'client',
    retryable: true,
    anthropicType: 'rate_limit_error',
    message: 'The budget of this caller is reserved for requests that are under way.',
    about:
      'The worst cases of the calls under way take all that is left of a budget. What they do not use is given back.',
    check: '`bun run nexus budget list`, and the `max_tokens` of the client: they are reserved whole.',
  },
  'budget-unknown': {
    status: 503,
    source: 'storage',
    retryable: true,
    anthropicType: 'api_error',
    message: 'The budget of this caller cannot be checked, since the database does not answer. Try again in a moment.',
    about: 'A caller with a budget came while the database was away, and NEXUS_BUDGETS_FAIL is `closed`.',
    check: 'DATABASE_URL, NEXUS_BUDGET_TIMEOUT_MS, NEXUS_BUDGETS_FAIL.',
  },
  'budget-unbounded': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'Batches cannot be sent by a caller with a budget: what they cost has no bound before they run.',
    about: 'A batch was sent by somebody for whom a budget is set.',
    check: 'A key without a budget for batches.',
  },
} as const satisfies Record<string, ErrorRow>;
