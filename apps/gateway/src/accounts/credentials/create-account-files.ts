import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '@nexus/contract';
import type { AccountFiles, NewAccount } from '@nexus/services';
import { withLock } from '@nexus/storage';
import { parseCredentialFile } from '../../identity/credential-file.ts';
import { type AuthorizationSettings, createLoginLink, exchangeCode } from './authorize-login.ts';
import { type CredentialText, editCredentialFile } from './edit-credential-file.ts';
import type { FileOwner } from './login-file.ts';
import { MintError } from './mint.ts';
import { FILE_WAIT_MS_MAX, toFileLockPath } from './refresh-lock.ts';
import { replaceFile } from './replace-file.ts';
import type { TokenFetch } from './request-token.ts';
import type { StoredSecrets } from './stored-secrets.ts';
import { toToken } from './to-token.ts';

export interface AccountFilesParts {
  /** CREDENTIALS_DIR, absolute. */
  readonly folder: string;
  /** Makes what was written known to everybody. */
  readonly refresh: () => Promise<void>;
  readonly stored: Pick<StoredSecrets, 'save'>;
  readonly settings: AuthorizationSettings;
  readonly fetch: TokenFetch;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Writes accounts into credential files, each under the lock that refreshes take too. */
export function createAccountFiles(parts: AccountFilesParts): AccountFiles {
  return {
    async addKey(account, key, keptIn) {
      if (typeof key !== 'string' || keptIn === 'file') {
        await writeAccount(account, { credential: { type: 'api_key', api_key: key } }, parts);
        return;
      }
      const stored = `${account.domain}/${account.accountId}`;
      const keepFirst = (): Promise<void> => storeKey(stored, key, parts);
      await writeAccount(account, { credential: { type: 'api_key', api_key: { stored } }, keepFirst }, parts);
    },
    authorize: () => createLoginLink(parts.settings),
    async login(account, answer) {
      const oauth = await exchangeCode(answer, parts);
      await writeAccount(account, { credential: { type: 'oauth', oauth } }, parts);
    },
  };
}

async function storeKey(name: string, key: string, { stored }: AccountFilesParts): Promise<void> {
  try {
    await stored.save(name, toToken(key, 'the caller'));
  } catch (cause) {
    if (!(cause instanceof MintError)) throw new GatewayError('storage-unavailable', { cause });
    throw new GatewayError('field-invalid', { publicMessage: `\`apiKey\`: ${cause.message}.`, cause });
  }
}

/** What is written, and what must be kept before that: never the secret of an account that is there already. */
interface Writing {
  readonly credential: CredentialText;
  readonly keepFirst?: () => Promise<void>;
}

const SUFFIX = '.credentials.json';

async function writeAccount(
  account: NewAccount,
  { credential, keepFirst }: Writing,
  parts: AccountFilesParts,
): Promise<void> {
  const name = account.domain.replace(/^\*\./, '_wildcard.');
  const asked = path.join(parts.folder, name + SUFFIX);
  const target = await realpath(asked).catch(() => asked);
  try {
    await withLock(toFileLockPath(target), FILE_WAIT_MS_MAX, async () => {
      const before = await readBefore(target);
      const text = toEditedText(before.json, { account, credential, name, path: asked });
      await keepFirst?.();
      await replaceFile(target, text, before.owner);
    });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('credential-unwritable', { cause: error, detail: { file: name + SUFFIX } });
  }
  await parts.refresh();
}

async function readBefore(target: string): Promise<{ json: unknown; owner: FileOwner | null }> {
  try {
    const [text, { mode, uid, gid }] = await Promise.all([readFile(target, 'utf8'), stat(target)]);
    return { json: JSON.parse(text), owner: { mode: mode & 0o777, uid, gid } };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { json: null, owner: null };
    throw error;
  }
}

interface Edit {
  readonly account: NewAccount;
  readonly credential: CredentialText;
  readonly name: string;
  readonly path: string;
}

/** @throws {GatewayError} `account-exists`, or `field-invalid` where no account of it could be used. */
function toEditedText(before: unknown, { account, credential, name, path: at }: Edit): string {
  const { accountId: id } = account;
  const edited = editCredentialFile(before, { id, name: account.name, credential, idOfSingle: `file:${name}` });
  if (!edited.ok) {
    throw new GatewayError(edited.because === 'exists' ? 'account-exists' : 'credential-unwritable');
  }
  const text = `${JSON.stringify(edited.file, null, 2)}\n`;
  const parsed = parseCredentialFile(text, { name, path: at });
  const written = parsed.ok ? parsed.file.accounts.find((candidate) => candidate.id === id)?.credential : undefined;
  const because = parsed.ok ? (written?.kind === 'invalid' ? written.because : null) : parsed.because;
  if (because !== null)
    throw new GatewayError('field-invalid', { publicMessage: `The account cannot be used: ${because}.` });
  return text;
}
