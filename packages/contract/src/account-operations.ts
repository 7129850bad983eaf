import { z } from 'zod';
import { NewCredential } from './credential-shapes.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { UpstreamShape } from './upstream-settings.ts';

const Instant = z.iso.datetime();
const Problem = z.strictObject({ at: Instant, because: z.string() });

/** How an account is, as lists show it. `because` tells why it is not healthy. */
const ACCOUNT_STATES = ['healthy', 'resting', 'probing', 'auth-failed', 'paused', 'disabled', 'invalid'] as const;

/** An account of this process: what it may be used for, how it is, and what it did today. Holds no secret. */
export const AccountSummary = z
  .strictObject({
    accountId: z.string(),
    name: z.string(),
    /** Domains whose files hold it; `*.example.com` for a wildcard. */
    domains: z.array(z.string()).readonly(),
    /** Whether it stands in credential files, and can be changed here, or is ANTHROPIC_API_KEY of the environment. */
    origin: z.enum(['file', 'environment']),
    /** `api-key`, `oauth`, `oauth2-client-credentials`, `jwt-self-signed`, `jwt-bearer-exchange`, `command` or `session`. */
    kind: z.string(),
    state: z.enum(ACCOUNT_STATES),
    because: z.string().nullable(),
    /** When a rest ends. */
    until: Instant.nullable(),
    inFlight: z.int(),
    weight: z.number(),
    priority: z.int(),
    models: z.array(z.string()).readonly().nullable(),
    /** Base URL of its own; null for that of CLAUDE_API_BASE_URL. */
    upstream: z.string().nullable(),
    /** Spans over which the upstream limits usage, as its last answer told. */
    windows: z
      .array(z.strictObject({ name: z.string(), utilisation: z.number(), resetsAt: Instant.nullable() }))
      .readonly(),
    lastError: Problem.nullable(),
    token: z.strictObject({
      expiresAt: Instant.nullable(),
      lastMintedAt: Instant.nullable(),
      lastError: Problem.nullable(),
      /** Whether a new one is had without a person. */
      refreshable: z.boolean(),
    }),
    /** Since midnight UTC, over all processes; null while the database is away. */
    requestsToday: z.int().nullable(),
    /** Its part of what all accounts did today, 0 to 1. */
    shareToday: z.number().nullable(),
  })
  .meta({ id: 'AccountSummary' });
export type AccountSummary = z.infer<typeof AccountSummary>;

const Tested = {
  ok: z.boolean(),
  /** Null where no answer came. */
  status: z.int().nullable(),
  message: z.string(),
  durationMs: z.number(),
};

/** What one cheap call with an account gave. */
export const AccountTest = z.strictObject({ accountId: z.string(), ...Tested }).meta({ id: 'AccountTest' });
export type AccountTest = z.infer<typeof AccountTest>;

const AccountId = z.string().trim().min(1).max(200);
const One = z.strictObject({ accountId: AccountId });
const NewAccount = {
  domain: z.string().min(1).max(255),
  accountId: AccountId,
  name: z.string().min(1).max(200).optional(),
};
const Share = {
  weight: z.number().positive().max(1000).optional(),
  priority: z.int().min(0).max(1000).optional(),
  models: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
};
/** Where secrets that are given as they are go: into the credential file, or sealed into the database. */
const KeptIn = z.enum(['file', 'database']).default('file');

/** What can be asked of accounts. They live in the gateway's process: the database is needed for the figures of today alone. */
export const ACCOUNT_OPERATIONS = {
  'account.list': {
    method: 'GET',
    path: '/api/accounts',
    scope: 'read',
    about: 'Accounts with their state and why, their windows, what is in flight, and their part of today’s traffic.',
    input: z.strictObject({}),
    output: z.strictObject({ accounts: z.array(AccountSummary) }),
  },
  'account.test': {
    method: 'POST',
    path: '/api/accounts/:accountId/test',
    scope: 'write',
    about: 'One cheap call to the upstream with an account; what it gives counts for the state of the account.',
    input: One,
    output: AccountTest,
  },
  'account.pause': {
    method: 'POST',
    path: '/api/accounts/:accountId/pause',
    scope: 'write',
    about: 'From now on an account gets no new request; what is in flight finishes. Stays so until it is resumed.',
    input: One,
    output: AccountSummary,
  },
  'account.resume': {
    method: 'POST',
    path: '/api/accounts/:accountId/resume',
    scope: 'write',
    about: 'Ends a pause, a rest or a failed authentication: the next request tries the account.',
    input: One,
    output: AccountSummary,
  },
  'account.rotate': {
    method: 'POST',
    path: '/api/accounts/:accountId/rotate',
    scope: 'admin',
    about: 'Takes a new token for an account now, where its kind can.',
    input: One,
    output: AccountTest,
  },
  'account.add': {
    method: 'POST',
    path: '/api/accounts',
    scope: 'admin',
    about:
      'Adds an account to the credential file of a domain. The credential is written as a file has it; a secret may be named by where it stands.',
    input: z.strictObject({
      ...NewAccount,
      ...Share,
      credential: NewCredential,
      upstream: UpstreamShape.optional(),
      keptIn: KeptIn,
    }),
    output: z.strictObject({ accountId: z.string(), domain: z.string() }),
  },
  'account.try': {
    method: 'POST',
    path: '/api/account-tests',
    scope: 'admin',
    about: 'One cheap call to the upstream with a credential that is not kept: does it work?',
    input: z.strictObject({ credential: NewCredential, upstream: UpstreamShape.optional() }),
    output: z.strictObject(Tested),
  },
  'account.replace': {
    method: 'POST',
    path: '/api/accounts/:accountId/credential',
    scope: 'admin',
    about:
      'Gives an account another credential in its files; everything else of it stays, and what is in flight finishes.',
    input: z.strictObject({ accountId: AccountId, credential: NewCredential, keptIn: KeptIn }),
    output: z.strictObject({ accountId: z.string(), domains: z.array(z.string()) }),
  },
  'account.remove': {
    method: 'DELETE',
    path: '/api/accounts/:accountId',
    scope: 'admin',
    about:
      'Takes an account out of the credential file of a domain, or out of all that hold it; what is in flight finishes.',
    input: z.strictObject({ accountId: AccountId, domain: z.string().min(1).max(255).optional() }),
    output: z.strictObject({ accountId: z.string(), domains: z.array(z.string()) }),
  },
  'account.authorize': {
    method: 'POST',
    path: '/api/account-logins',
    scope: 'admin',
    about: 'Begins a login: a link for a person, and the verifier that goes with the code it gives (RFC 7636).',
    input: z.strictObject({}),
    output: z.strictObject({ url: z.string(), state: z.string(), verifier: z.string() }),
  },
  'account.login': {
    method: 'POST',
    path: '/api/account-logins/code',
    scope: 'admin',
    about: 'Ends a login: exchanges the code and keeps the tokens in the credential file of a domain.',
    input: z.strictObject({
      ...NewAccount,
      code: z.string().trim().min(1).max(4096),
      state: z.string().min(1).max(200),
      verifier: z.string().min(43).max(128),
    }),
    output: z.strictObject({ accountId: z.string(), domain: z.string() }),
  },
} as const satisfies Record<string, OperationDeclaration>;
