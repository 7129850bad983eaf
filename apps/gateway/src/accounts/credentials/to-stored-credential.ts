import { Secret } from '@nexus/config';
import type { CredentialText, SecretText } from '@nexus/contract';
import type {
  ClientAuthentication,
  ExchangedCredential,
  JwtTemplate,
  SecretReference,
  StoredCredential,
  TokenEndpoint,
  TokenPlace,
} from './stored-credential.ts';

type TextOf<T extends CredentialText['type']> = Extract<CredentialText, { type: T }>;

/** A checked credential in the form that the rest of the program uses. What contradicts itself becomes `invalid`. */
export function toStoredCredential(text: CredentialText): StoredCredential {
  switch (text.type) {
    case 'api_key':
      return { kind: 'api-key', key: toReference(text.api_key), place: toPlace(text, { kind: 'x-api-key' }) };
    case 'oauth':
      return toOauth(text);
    case 'oauth2_client_credentials':
      return toClientCredentials(text);
    case 'jwt_self_signed':
      return toSelfSigned(text);
    case 'flow':
      return toFlow(text);
    case 'jwt_bearer_exchange':
      return toExchanged(text);
    case 'workload_identity':
      return toWorkloadIdentity(text);
    case 'command':
      return {
        kind: 'command',
        argv: text.command,
        lifetimeSeconds: text.lifetimeSeconds,
        timeoutMs: text.timeoutMs,
        place: toPlace(text),
      };
    case 'session':
      return { kind: 'session', token: toReference(text.token), place: toPlace(text) };
    default:
      return text satisfies never;
  }
}

/** From here on what was written in clear does not print itself. */
function toReference(text: SecretText): SecretReference {
  return typeof text === 'string' ? new Secret(text) : text;
}

interface PlaceText {
  readonly header?: string | undefined;
  readonly prefix?: string | undefined;
  readonly betas: readonly string[];
}

function toPlace({ header, prefix, betas }: PlaceText, preset?: TokenPlace): TokenPlace {
  const bearer: TokenPlace = { kind: 'bearer', betas };
  if (header === undefined) return preset ?? bearer;
  const name = header.toLowerCase();
  if (name === 'authorization' && (prefix === undefined || prefix === 'Bearer ')) return bearer;
  if (name === 'x-api-key' && prefix === undefined) return { kind: 'x-api-key' };
  return { kind: 'header', name, prefix: prefix ?? '' };
}

function toOauth({ oauth }: TextOf<'oauth'>): StoredCredential {
  const { accessToken, refreshToken, expiresAt } = oauth;
  return {
    kind: 'oauth',
    accessToken: new Secret(accessToken),
    refreshToken: refreshToken === undefined || refreshToken === '' ? null : new Secret(refreshToken),
    expiresAtMs: expiresAt ?? null,
    tokenUrl: oauth.tokenUrl ?? null,
    clientId: oauth.clientId ?? null,
  };
}

function toClientCredentials(text: TextOf<'oauth2_client_credentials'>): StoredCredential {
  const authentication = toAuthentication(text);
  if (authentication === null) {
    const missing = text.authMethod === 'private_key_jwt' ? 'privateKey' : 'clientSecret';
    return { kind: 'invalid', because: `\`${missing}\`: ${text.authMethod} needs it` };
  }
  return {
    kind: 'oauth2-client-credentials',
    endpoint: toEndpoint(text),
    clientId: text.clientId,
    authentication,
    scope: text.scope ?? null,
    audience: text.audience ?? null,
    place: toPlace(text),
  };
}

function toAuthentication(text: TextOf<'oauth2_client_credentials'>): ClientAuthentication | null {
  const { authMethod: method, clientSecret, privateKey, algorithm } = text;
  if (method === 'none') return { method };
  if (method !== 'private_key_jwt')
    return clientSecret === undefined ? null : { method, secret: toReference(clientSecret) };
  if (privateKey === undefined) return null;
  return { method, key: toReference(privateKey), algorithm, keyId: text.keyId ?? null };
}

function toEndpoint(text: Omit<TokenEndpoint, 'url'> & { tokenUrl: string }): TokenEndpoint {
  const { tokenUrl: url, encoding, headers, params, requestNames, tokenField, lifetimeField, lifetimeSeconds } = text;
  return { url, encoding, headers, params, requestNames, tokenField, lifetimeField, lifetimeSeconds };
}

type TemplateText = Pick<
  TextOf<'jwt_self_signed'>,
  'algorithm' | 'key' | 'keyId' | 'claims' | 'variables' | 'lifetimeSeconds' | 'sets' | 'allowSecretClaim'
>;

const SECRET_CLAIM = '`allowSecretClaim`: the claims carry a secret, readable for everybody who sees the token';

function toTemplate(text: TemplateText): JwtTemplate {
  const { algorithm, claims, lifetimeSeconds, sets } = text;
  const variables = Object.fromEntries(
    Object.entries(text.variables).map(([name, secret]) => [name, toReference(secret)]),
  );
  return { algorithm, key: toReference(text.key), keyId: text.keyId ?? null, claims, variables, lifetimeSeconds, sets };
}

function needsConsent({ allowSecretClaim, claims, variables, key }: TemplateText): boolean {
  if (allowSecretClaim) return false;
  const used = new Set([...JSON.stringify(claims).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ''));
  return Object.entries(variables).some(
    ([name, reference]) => used.has(name) && (/secret|password|private/i.test(name) || isSameReference(reference, key)),
  );
}

function isSameReference(one: SecretText, other: SecretText): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function toSelfSigned(text: TextOf<'jwt_self_signed'>): StoredCredential {
  if (needsConsent(text)) return { kind: 'invalid', because: SECRET_CLAIM };
  return { kind: 'jwt-self-signed', template: toTemplate(text), place: toPlace(text) };
}

/** The token of a Flow tenant: no expiry, and the secret in clear, which is why the file must consent to it. */
function toFlow(text: TextOf<'flow'>): StoredCredential {
  const { clientId, tenant } = text;
  const clientSecret = toReference(text.clientSecret);
  const template: JwtTemplate = {
    algorithm: 'HS256',
    key: clientSecret,
    keyId: null,
    claims: { clientId: '${clientId}', clientSecret: '${clientSecret}', tenant: '${tenant}' },
    variables: { clientId: new Secret(clientId), clientSecret, tenant: new Secret(tenant) },
    lifetimeSeconds: 3600,
    sets: [],
  };
  return { kind: 'jwt-self-signed', template, place: toPlace(text) };
}

type AssertionText = TextOf<'jwt_bearer_exchange'>['assertion'];

function toAssertion(text: AssertionText): ExchangedCredential['assertion'] | null {
  if (typeof text === 'string' || 'env' in text || 'file' in text || 'stored' in text)
    return { kind: 'reference', from: toReference(text) };
  if ('command' in text) return { kind: 'command', argv: text.command };
  return needsConsent(text.sign) ? null : { kind: 'signed', template: toTemplate(text.sign) };
}

function toExchanged(text: TextOf<'jwt_bearer_exchange'>): StoredCredential {
  const assertion = toAssertion(text.assertion);
  if (assertion === null) return { kind: 'invalid', because: SECRET_CLAIM };
  return { kind: 'jwt-bearer-exchange', endpoint: toEndpoint(text), assertion, place: toPlace(text) };
}

/** Claude takes OAuth tokens on the API only with this beta. */
export const OAUTH_BETA = 'oauth-2025-04-20';

/** Workload identity federation, as Anthropic's own SDK asks for it. */
function toWorkloadIdentity(text: TextOf<'workload_identity'>): StoredCredential {
  const { tokenUrl, federationRuleId, organizationId, serviceAccountId, workspaceId } = text;
  const assertion = toAssertion(text.assertion);
  if (assertion === null) return { kind: 'invalid', because: SECRET_CLAIM };
  const endpoint: TokenEndpoint = {
    url: tokenUrl,
    encoding: 'json',
    headers: { 'anthropic-beta': `${OAUTH_BETA},oidc-federation-2026-04-01` },
    params: {
      federation_rule_id: federationRuleId,
      organization_id: organizationId,
      ...(serviceAccountId === undefined ? {} : { service_account_id: serviceAccountId }),
      ...(workspaceId === undefined ? {} : { workspace_id: workspaceId }),
    },
    requestNames: {},
    tokenField: 'access_token',
    lifetimeField: 'expires_in',
    lifetimeSeconds: 3600,
  };
  return { kind: 'jwt-bearer-exchange', endpoint, assertion, place: { kind: 'bearer', betas: [OAUTH_BETA] } };
}
