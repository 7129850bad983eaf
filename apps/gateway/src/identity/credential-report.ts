import type { CredentialKind, OauthCredential, StoredCredential } from '../accounts/credentials/stored-credential.ts';
import type { ClientKey } from './client-key.ts';
import type { CredentialFolder } from './credential-folder.ts';

/** One credential file, told without its secrets. */
export interface CredentialStatus {
  /** Domain or `_wildcard.<suffix>`. */
  readonly name: string;
  readonly state: 'valid' | 'expiring' | 'expired' | 'missing-refresh-token' | 'invalid';
  /** One line for a person; says what to do where something is to be done. */
  readonly line: string;
}

const DAY_MS = 86_400_000;

/** How every credential file is, at `nowMs` (epoch milliseconds). */
export function listCredentialStatus(folder: CredentialFolder, nowMs: number): CredentialStatus[] {
  return folder.names().flatMap((name) => toStatus(name, folder, nowMs));
}

function toStatus(name: string, folder: CredentialFolder, nowMs: number): CredentialStatus[] {
  const file = folder.find(name);
  if (file === null) return [];
  const isPool = file.accounts.length > 1;
  const clientKey = isPool || file.clientKey?.digest == null ? '' : ', with a client key';
  const accounts = file.accounts.map((account): CredentialStatus => {
    const called = isPool ? `${name}, account ${account.id}` : name;
    const { state, text, signIn } = describeCredential(account.credential, nowMs);
    const advice = signIn
      ? `; sign in again: \`bun run nexus account login ${account.id} --domain ${toDomain(name)}\``
      : '';
    return { name, state, line: `${called}: ${account.disabled ? 'switched off, ' : ''}${text}${clientKey}${advice}` };
  });
  const nobody: CredentialStatus[] =
    accounts.length > 0
      ? []
      : [{ name, state: 'valid', line: `${name}: no account; its callers need a credential of their own` }];
  return [...nobody, ...accounts, ...toKeyStatus(name, file.clientKey)];
}

/** A client key that cannot be read lets nobody in. */
function toKeyStatus(name: string, key: ClientKey | null): CredentialStatus[] {
  if (key === null || key.digest !== null) return [];
  const line = `${name}: its client key cannot be read, ${key.problem ?? 'nobody knows why'}; callers with it are refused`;
  return [{ name, state: 'invalid', line }];
}

function toDomain(name: string): string {
  return name.startsWith('_wildcard.') ? `'*.${name.slice('_wildcard.'.length)}'` : name;
}

interface Told extends Pick<CredentialStatus, 'state'> {
  readonly text: string;
  /** Whether a person has to. */
  readonly signIn?: true;
}

function describeCredential(credential: StoredCredential, nowMs: number): Told {
  switch (credential.kind) {
    case 'invalid':
      return { state: 'invalid', text: `broken, ${credential.because}; mend the file` };
    case 'oauth':
      return describeLogin(credential, nowMs);
    default:
      return { state: 'valid', text: CREDENTIAL_NAMES[credential.kind] };
  }
}

/** What a person calls each kind that has nothing more to tell. */
const CREDENTIAL_NAMES: Readonly<Record<Exclude<CredentialKind, 'invalid' | 'oauth'>, string>> = {
  'api-key': 'API key',
  'oauth2-client-credentials': 'OAuth client credentials',
  'jwt-self-signed': 'self-signed tokens',
  'jwt-bearer-exchange': 'tokens exchanged for an assertion',
  command: 'tokens of a command',
  session: 'session token, which nobody can renew but you',
};

function describeLogin({ expiresAtMs, refreshToken }: OauthCredential, nowMs: number): Told {
  const leftMs = expiresAtMs === null ? null : expiresAtMs - nowMs;
  if (refreshToken === null) {
    const text = 'OAuth login without a refresh token';
    if (leftMs === null) return { state: 'missing-refresh-token', text, signIn: true };
    if (leftMs <= 0) return { state: 'expired', text: `${text}, expired`, signIn: true };
    const state = leftMs < DAY_MS ? 'expiring' : 'missing-refresh-token';
    return { state, text: `${text}, expires in ${toSpan(leftMs)}`, signIn: true };
  }
  if (leftMs === null) return { state: 'valid', text: 'OAuth login' };
  if (leftMs <= 0) return { state: 'valid', text: 'OAuth login, refreshed with its next request' };
  return { state: 'valid', text: `OAuth login, refreshed by itself, the next time in ${toSpan(leftMs)}` };
}

function toSpan(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
