import { z } from 'zod';
import { type Mint, MintError, type MintedToken } from './mint.ts';
import { requestToken, type TokenAnswer, type TokenFetch } from './request-token.ts';
import { runCommand } from './run-command.ts';
import { type SigningWorld, signJwt } from './sign-jwt.ts';
import type {
  ClientCredentials,
  CommandCredential,
  ExchangedCredential,
  SecretReference,
  SelfSignedCredential,
  TokenEndpoint,
} from './stored-credential.ts';
import { toToken } from './to-token.ts';

/** What minting needs besides a credential. */
export interface MintWorld extends SigningWorld {
  readonly fetch: TokenFetch;
}

/** A long-lived secret that stands elsewhere is read again after this, so that a mounted one may be rotated. */
const LOOK_AGAIN_MS = 5_000;

/** Reads a secret from where it stands. */
export function createReferenceMint(reference: SecretReference, credentialPath: string, world: MintWorld): Mint {
  return async () => {
    const secret = await world.secrets.read(reference, credentialPath);
    const nowMs = world.clock();
    const token = { value: toToken(secret.reveal(), 'the reference'), expiresAtMs: null, mintedAtMs: nowMs };
    // A variable of this process cannot change; what stands elsewhere may, and what was read serves while it cannot be read.
    return 'env' in reference ? token : { ...token, lookAgainAtMs: nowMs + LOOK_AGAIN_MS };
  };
}

export function createSelfSignedMint({ template }: SelfSignedCredential, path: string, world: MintWorld): Mint {
  return async () => {
    const token = await signJwt(template, path, world);
    return toMinted(token, 'the template', { world, lifetimeSeconds: template.lifetimeSeconds });
  };
}

export function createCommandMint({ argv, timeoutMs, lifetimeSeconds }: CommandCredential, world: MintWorld): Mint {
  return async ({ signal }) => {
    const text = await runCommand(argv, { timeoutMs, signal });
    return toMinted(text, argv[0] ?? 'the command', { world, lifetimeSeconds });
  };
}

/** RFC 6749 §4.4, with the client authentications of RFC 6749 §2.3.1 and RFC 7523 §2.2. */
export function createClientCredentialsMint(credential: ClientCredentials, path: string, world: MintWorld): Mint {
  const { endpoint, scope, audience } = credential;
  return async ({ signal }) => {
    const proof = await proveClient(credential, path, world);
    const fields = {
      grant_type: 'client_credentials',
      ...(scope === null ? {} : { scope }),
      ...(audience === null ? {} : { audience }),
      ...proof.fields,
    };
    return askEndpoint(endpoint, { fields, headers: proof.headers, signal }, world);
  };
}

/** RFC 7523 §2.1. */
export function createExchangeMint({ endpoint, assertion }: ExchangedCredential, path: string, world: MintWorld): Mint {
  return async ({ signal }) => {
    const text = await findAssertion(assertion, path, { world, signal });
    const fields = { grant_type: JWT_BEARER, assertion: toToken(text, 'the assertion').reveal() };
    return askEndpoint(endpoint, { fields, headers: {}, signal }, world);
  };
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Assertions are for one question; RFC 7523 §3 wants them short. */
const ASSERTION_SECONDS = 300;
const ASSERTION_COMMAND_MS_MAX = 10_000;

interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

async function proveClient(
  { clientId, authentication, endpoint }: ClientCredentials,
  path: string,
  world: MintWorld,
): Promise<Proof> {
  switch (authentication.method) {
    case 'none':
      return { headers: {}, fields: { client_id: clientId } };
    case 'client_secret_post': {
      const secret = await world.secrets.read(authentication.secret, path);
      return { headers: {}, fields: { client_id: clientId, client_secret: secret.reveal() } };
    }
    case 'client_secret_basic': {
      const secret = await world.secrets.read(authentication.secret, path);
      // RFC 6749 §2.3.1 wants both form-encoded before they are joined.
      const pair = [clientId, secret.reveal()].map(toFormText).join(':');
      return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, fields: {} };
    }
    case 'private_key_jwt': {
      const { key, algorithm, keyId } = authentication;
      const claims = { iss: clientId, sub: clientId, aud: endpoint.url };
      const sets = ['exp', 'iat', 'jti'] as const;
      const template = { key, algorithm, keyId, claims, variables: {}, lifetimeSeconds: ASSERTION_SECONDS, sets };
      const assertion = await signJwt(template, path, world);
      return {
        headers: {},
        fields: { client_id: clientId, client_assertion_type: CLIENT_ASSERTION, client_assertion: assertion },
      };
    }
    default:
      return authentication satisfies never;
  }
}

function toFormText(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

async function findAssertion(
  assertion: ExchangedCredential['assertion'],
  path: string,
  { world, signal }: { readonly world: MintWorld; readonly signal: AbortSignal },
): Promise<string> {
  switch (assertion.kind) {
    case 'reference':
      return (await world.secrets.read(assertion.from, path)).reveal();
    case 'command':
      return runCommand(assertion.argv, { timeoutMs: ASSERTION_COMMAND_MS_MAX, signal });
    case 'signed':
      return signJwt(assertion.template, path, world);
    default:
      return assertion satisfies never;
  }
}

async function askEndpoint(
  endpoint: TokenEndpoint,
  asked: Proof & { readonly signal: AbortSignal },
  world: MintWorld,
): Promise<MintedToken> {
  const named = Object.entries(asked.fields)
    .map(([name, value]) => [endpoint.requestNames[name] ?? name, value] as const)
    .filter(([name]) => name !== '');
  const answer = await requestToken(
    {
      url: endpoint.url,
      encoding: endpoint.encoding,
      headers: { ...endpoint.headers, ...asked.headers },
      fields: { ...Object.fromEntries(named), ...endpoint.params },
    },
    { fetch: world.fetch, signal: asked.signal },
  );
  const token = answer[endpoint.tokenField];
  if (typeof token !== 'string')
    throw new MintError(`the answer of the token endpoint has no \`${endpoint.tokenField}\``);
  const lifetimeSeconds = readLifetime(answer, endpoint.lifetimeField) ?? endpoint.lifetimeSeconds;
  return toMinted(token, 'the token endpoint', { world, lifetimeSeconds });
}

const Seconds = z.coerce.number().positive().max(315_360_000);

/** Seconds; null where the answer tells none. Some endpoints send the number as a text. */
export function readLifetime(answer: TokenAnswer, field: string): number | null {
  const parsed = Seconds.safeParse(answer[field]);
  return parsed.success ? parsed.data : null;
}

function toMinted(
  text: string,
  where: string,
  { world, lifetimeSeconds }: { readonly world: MintWorld; readonly lifetimeSeconds: number },
): MintedToken {
  const value = toToken(text, where);
  const nowMs = world.clock();
  return { value, expiresAtMs: nowMs + lifetimeSeconds * 1000, mintedAtMs: nowMs };
}
