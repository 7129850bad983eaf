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
  return folder.names().map((name) => toStatus(name, folder, nowMs));
}

function toStatus(name: string, folder: CredentialFolder, nowMs: number): CredentialStatus {
  const file = folder.find(name);
  const told = (state: CredentialStatus['state'], text: string): CredentialStatus => ({
    name,
    state,
    line: `${name}: ${text}${file?.clientKey ? ', with a client key' : ''}`,
  });
  if (file === null) return told('invalid', 'gone');
  const { credential } = file;
  if (credential.kind === 'invalid') return told('invalid', `broken, ${credential.because}; mend the file`);
  if (credential.kind === 'api-key') return told('valid', 'API key');
  const leftMs = credential.expiresAtMs === null ? null : credential.expiresAtMs - nowMs;
  if (leftMs === null) return told('valid', 'OAuth login');
  if (leftMs <= 0) return told('expired', 'OAuth login, expired; sign in again and replace the file');
  if (credential.refreshToken === null && leftMs < DAY_MS) {
    return told(
      'missing-refresh-token',
      `OAuth login without a refresh token, expires in ${toSpan(leftMs)}; sign in again`,
    );
  }
  if (leftMs < DAY_MS) return told('expiring', `OAuth login, expires in ${toSpan(leftMs)}`);
  return told('valid', `OAuth login, expires in ${toSpan(leftMs)}`);
}

function toSpan(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
