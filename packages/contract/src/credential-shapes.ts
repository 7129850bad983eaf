import { z } from 'zod';
import { HeaderText, KeyShape, SecretShape } from './secret-shape.ts';

/** Registered claims that can be set when a token is signed (RFC 7519 §4.1). */
export const TIME_CLAIMS = ['exp', 'iat', 'nbf', 'jti'] as const;

/** Signatures that a JWT may have (RFC 7518 §3.1, RFC 8037); `none` is not one. */
const ALGORITHMS = 'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA'.split(' ');

const Name = z.string().trim().min(1).max(500);
const Texts = z.record(z.string().min(1).max(200), z.string().max(4096));
const Lifetime = z.int().min(30).max(31_536_000);
// What is no address at all ends here: it could not be taken apart.
const TokenUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(isSafeUrl, 'must be https, or http to this machine');
const Argv = z.array(z.string().max(4096)).min(1).max(100);

/** How the token travels: `Authorization: Bearer` unless another header is named. */
const Place = {
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header')
    .optional(),
  prefix: z
    .string()
    .max(100)
    .regex(/^[\x20-\x7e]*$/, 'must be printable characters')
    .optional(),
  betas: z.array(HeaderText).max(20).default([]),
};

const Endpoint = {
  headers: Texts.default({}),
  params: Texts.default({}),
  requestNames: Texts.default({}),
  tokenField: Name.default('access_token'),
  lifetimeField: Name.default('expires_in'),
  lifetimeSeconds: Lifetime.default(3600),
};

const Template = {
  algorithm: z.enum(ALGORITHMS).default('HS256'),
  key: KeyShape,
  keyId: Name.optional(),
  claims: z.record(z.string().min(1).max(200), z.unknown()).default({}),
  variables: z.record(z.string().regex(/^\w{1,100}$/), KeyShape).default({}),
  lifetimeSeconds: Lifetime.default(3600),
  sets: z.array(z.enum(TIME_CLAIMS)).default(['exp', 'iat']),
  allowSecretClaim: z.boolean().default(false),
};

const Assertion = z.union([
  SecretShape,
  z.strictObject({ command: Argv }),
  z.strictObject({ sign: z.strictObject(Template) }),
]);

const apiKey = { type: z.literal('api_key'), api_key: SecretShape, ...Place };

const oauth = {
  type: z.literal('oauth'),
  oauth: z.looseObject({
    accessToken: HeaderText,
    refreshToken: z.string().trim().max(16_384).optional(),
    expiresAt: z.int().positive().optional(),
    tokenUrl: TokenUrl.optional(),
    clientId: Name.optional(),
  }),
};

const clientCredentials = {
  type: z.literal('oauth2_client_credentials'),
  tokenUrl: TokenUrl,
  clientId: Name,
  authMethod: z
    .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
    .default('client_secret_basic'),
  clientSecret: KeyShape.optional(),
  privateKey: KeyShape.optional(),
  algorithm: z.enum(ALGORITHMS).default('RS256'),
  keyId: Name.optional(),
  scope: Name.optional(),
  audience: Name.optional(),
  encoding: z.enum(['form', 'json']).default('form'),
  ...Endpoint,
  ...Place,
};

const selfSigned = { type: z.literal('jwt_self_signed'), ...Template, ...Place };

const flow = {
  type: z.literal('flow'),
  clientId: Name,
  clientSecret: KeyShape,
  tenant: Name,
  allowSecretClaim: z.literal(
    true,
    'must be true: the token of this kind carries the client secret in clear, for everybody who sees one',
  ),
  ...Place,
};

const exchange = {
  type: z.literal('jwt_bearer_exchange'),
  tokenUrl: TokenUrl,
  assertion: Assertion,
  encoding: z.enum(['form', 'json']).default('form'),
  ...Endpoint,
  ...Place,
};

const workloadIdentity = {
  type: z.literal('workload_identity'),
  tokenUrl: TokenUrl.default('https://api.anthropic.com/v1/oauth/token'),
  assertion: Assertion,
  federationRuleId: Name,
  organizationId: Name,
  serviceAccountId: Name.optional(),
  workspaceId: Name.optional(),
};

const command = {
  type: z.literal('command'),
  command: Argv,
  lifetimeSeconds: Lifetime.default(300),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
  ...Place,
};

const session = { type: z.literal('session'), token: SecretShape, ...Place };

/** A credential at the top level of a file, among fields that other parts of the program know. */
export const CredentialShape = z.discriminatedUnion('type', [
  z.object(apiKey),
  z.object(oauth),
  z.object(clientCredentials),
  z.object(selfSigned),
  z.object(flow),
  z.object(exchange),
  z.object(workloadIdentity),
  z.object(command),
  z.object(session),
]);

export type CredentialText = z.output<typeof CredentialShape>;

/** A credential by itself, as somebody gives it over the API: every field is one of its kind. */
export const NewCredential = z
  .discriminatedUnion('type', [
    z.strictObject(apiKey),
    z.strictObject(oauth),
    z.strictObject(clientCredentials),
    z.strictObject(selfSigned),
    z.strictObject(flow),
    z.strictObject(exchange),
    z.strictObject(workloadIdentity),
    z.strictObject(command),
    z.strictObject(session),
  ])
  .meta({ id: 'NewCredential' });
export type NewCredential = z.output<typeof NewCredential>;

/** Everything that a credential of any kind may have, to tell a misspelt field from one that is somebody else's. */
export const CREDENTIAL_FIELDS: ReadonlySet<string> = new Set(
  [apiKey, oauth, clientCredentials, selfSigned, flow, exchange, workloadIdentity, command, session].flatMap((fields) =>
    Object.keys(fields),
  ),
);

/** Secrets travel to it, so nobody on the way may read along. */
function isSafeUrl(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
