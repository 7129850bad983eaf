import type { NewCredential } from '@nexus/contract';

/** One thing that a credential of some kind is asked for. */
export interface CredentialField {
  /** As the credential file has it. */
  readonly name: string;
  readonly label: string;
  /** What to write here, and where to find it. */
  readonly help: string;
  /** `secret` is one line and `key` a whole file of text, and both may be named by where they stand; `json` is an object. */
  readonly as: 'text' | 'secret' | 'key' | 'number' | 'json' | 'consent';
  readonly optional?: true;
  readonly choices?: readonly string[];
  readonly placeholder?: string;
  /** Needed by few: stands in the fold. */
  readonly rare?: true;
  /** Only where another field says one of these. */
  readonly when?: { readonly field: string; readonly is: readonly string[] };
}

/** What a person is asked for, to make a credential of one kind. */
export interface CredentialForm {
  readonly type: Exclude<NewCredential['type'], 'oauth' | 'command'>;
  readonly label: string;
  readonly about: string;
  readonly fields: readonly CredentialField[];
  /** Claude's own API does not take it, so it needs an upstream. */
  readonly upstream?: string;
  /** Betas that its upstream does not know, with the fields that belong to them. */
  readonly withoutBetas?: readonly { readonly beta: string; readonly field: string }[];
}

const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const TOKEN_URL: CredentialField = {
  name: 'tokenUrl',
  label: 'Token URL',
  help: 'Where tokens are asked for; https, since the secret travels to it.',
  as: 'text',
  placeholder: 'https://login.example.com/oauth/token',
};

const ENDPOINT: readonly CredentialField[] = [
  {
    name: 'encoding',
    label: 'Encoding',
    help: 'How the question is written. The standard says form.',
    as: 'text',
    choices: ['form', 'json'],
    rare: true,
  },
  {
    name: 'headers',
    label: 'Headers of the question',
    help: 'As JSON, for an endpoint that wants others besides.',
    as: 'json',
    optional: true,
    placeholder: '{ "x-tenant": "harbour" }',
    rare: true,
  },
  {
    name: 'params',
    label: 'Parameters of the question',
    help: 'As JSON, sent along with those of the standard.',
    as: 'json',
    optional: true,
    placeholder: '{ "resource": "models" }',
    rare: true,
  },
  {
    name: 'tokenField',
    label: 'Field of the token',
    help: 'What the answer calls the token, where it is not access_token.',
    as: 'text',
    optional: true,
    placeholder: 'access_token',
    rare: true,
  },
];

const PLACE: readonly CredentialField[] = [
  {
    name: 'header',
    label: 'Header',
    help: 'Where the upstream wants the token, if not where Claude does.',
    as: 'text',
    optional: true,
    placeholder: 'authorization',
    rare: true,
  },
  {
    name: 'prefix',
    label: 'Before the token',
    help: 'What stands in that header before it, with its blank.',
    as: 'text',
    optional: true,
    placeholder: 'Bearer ',
    rare: true,
  },
];

const LIFETIME: CredentialField = {
  name: 'lifetimeSeconds',
  label: 'Lifetime in seconds',
  help: 'For how long one is used; 3600 unless you say otherwise.',
  as: 'number',
  optional: true,
  placeholder: '3600',
  rare: true,
};

const ALGORITHM: CredentialField = {
  name: 'algorithm',
  label: 'Signature',
  help: 'HS… is a shared secret, the others a private key.',
  as: 'text',
  choices: ALGORITHMS,
};

const KEY_ID: CredentialField = {
  name: 'keyId',
  label: 'Id of the key',
  help: 'Sent along as kid, where whoever checks has several.',
  as: 'text',
  optional: true,
  rare: true,
};

const API_KEY: CredentialForm = {
  type: 'api_key',
  label: 'API key',
  about: 'A long-lived key of your organisation, from the console of Claude.',
  fields: [
    {
      name: 'api_key',
      label: 'API key',
      help: 'It begins with sk-ant-api.',
      as: 'secret',
      placeholder: 'sk-ant-api03-…',
    },
    ...PLACE,
  ],
};

const WORKLOAD_IDENTITY: CredentialForm = {
  type: 'workload_identity',
  label: 'Workload identity',
  about: 'Your platform says who this gateway is, and Claude gives a short-lived token for it: no key exists.',
  fields: [
    {
      name: 'assertion',
      label: 'Assertion',
      help: 'The token of your platform; mostly a file that it keeps fresh, such as /var/run/secrets/tokens/claude.',
      as: 'secret',
    },
    { name: 'federationRuleId', label: 'Federation rule', help: 'Its id in the console of Claude.', as: 'text' },
    { name: 'organizationId', label: 'Organisation', help: 'Its id in the console of Claude.', as: 'text' },
    {
      name: 'workspaceId',
      label: 'Workspace',
      help: 'Where usage is to count, if not the default.',
      as: 'text',
      optional: true,
    },
    {
      name: 'serviceAccountId',
      label: 'Service account',
      help: 'Where the rule is about several.',
      as: 'text',
      optional: true,
    },
  ],
};

const CLIENT_CREDENTIALS: CredentialForm = {
  type: 'oauth2_client_credentials',
  label: 'Client credentials',
  about: 'Tokens by OAuth 2.0 (RFC 6749, section 4.4), made when they are needed and renewed ahead of their end.',
  fields: [
    TOKEN_URL,
    { name: 'clientId', label: 'Client id', help: 'What the endpoint calls this gateway.', as: 'text' },
    {
      name: 'authMethod',
      label: 'Shown by',
      help: 'How the client shows who it is.',
      as: 'text',
      choices: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    },
    {
      name: 'clientSecret',
      label: 'Client secret',
      help: 'Given with the client id.',
      as: 'secret',
      when: { field: 'authMethod', is: ['client_secret_basic', 'client_secret_post'] },
    },
    {
      name: 'privateKey',
      label: 'Private key',
      help: 'PKCS #8 as PEM, or a JWK.',
      as: 'key',
      when: { field: 'authMethod', is: ['private_key_jwt'] },
    },
    { ...ALGORITHM, choices: ALGORITHMS.slice(3), when: { field: 'authMethod', is: ['private_key_jwt'] } },
    { ...KEY_ID, when: { field: 'authMethod', is: ['private_key_jwt'] } },
    { name: 'scope', label: 'Scope', help: 'What the token is to be good for.', as: 'text', optional: true },
    { name: 'audience', label: 'Audience', help: 'Whom it is for.', as: 'text', optional: true },
    ...ENDPOINT,
    ...PLACE,
  ],
  upstream: '',
};

const SELF_SIGNED: CredentialForm = {
  type: 'jwt_self_signed',
  label: 'Self-signed token',
  about: 'A JWT that this gateway signs itself, for an upstream that knows the key.',
  fields: [
    ALGORITHM,
    { name: 'key', label: 'Signing key', help: 'A secret for HS…, else PKCS #8 as PEM, or a JWK.', as: 'key' },
    {
      name: 'claims',
      label: 'Claims',
      help: 'As JSON. exp and iat are set by themselves.',
      as: 'json',
      placeholder: '{ "iss": "nexus", "aud": "https://models.example.com" }',
    },
    LIFETIME,
    KEY_ID,
    ...PLACE,
  ],
  upstream: '',
};

const EXCHANGE: CredentialForm = {
  type: 'jwt_bearer_exchange',
  label: 'Exchanged token',
  about: 'An assertion of your platform, exchanged for a token (RFC 7523).',
  fields: [
    TOKEN_URL,
    { name: 'assertion', label: 'Assertion', help: 'Mostly a file that your platform keeps fresh.', as: 'secret' },
    ...ENDPOINT,
    ...PLACE,
  ],
  upstream: '',
};

const FLOW: CredentialForm = {
  type: 'flow',
  label: 'Flow tenant',
  about: 'The token of a Flow tenant. Several at once: bun run nexus import flow secrets.json.',
  fields: [
    { name: 'clientId', label: 'Client id', help: 'Of the tenant’s application.', as: 'text' },
    { name: 'clientSecret', label: 'Client secret', help: 'Signs the token, and stands in it.', as: 'secret' },
    { name: 'tenant', label: 'Tenant', help: 'Its name at Flow.', as: 'text' },
    {
      name: 'allowSecretClaim',
      label: 'I know that its token carries the client secret in clear, for everybody who sees one',
      help: 'Flow wants it so. The token does not expire either.',
      as: 'consent',
    },
  ],
  upstream: 'https://flow.ciandt.com/flow-llm-proxy',
  withoutBetas: [{ beta: 'context-management-2025-06-27', field: 'context_management' }],
};

const SESSION: CredentialForm = {
  type: 'session',
  label: 'Session token',
  about: 'A bearer token that somebody gave you, and that nobody can renew but you.',
  fields: [{ name: 'token', label: 'Token', help: 'It is replaced by hand when it ends.', as: 'secret' }, ...PLACE],
};

/** Every kind that can be made from fields, the usual ones first. */
export const CREDENTIAL_FORMS: readonly CredentialForm[] = [
  API_KEY,
  WORKLOAD_IDENTITY,
  CLIENT_CREDENTIALS,
  EXCHANGE,
  SELF_SIGNED,
  FLOW,
  SESSION,
];

/** The form for a credential of the kind that an account has now; that of an API key where there is none. */
export function findFormOfKind(kind: string): CredentialForm {
  const type = kind.replaceAll('-', '_');
  return CREDENTIAL_FORMS.find((form) => form.type === type) ?? API_KEY;
}
