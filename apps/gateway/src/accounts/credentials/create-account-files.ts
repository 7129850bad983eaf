import path from 'node:path';
import { GatewayError } from '@nexus/contract';
import type { AccountFiles, GivenCredential, NewAccount } from '@nexus/services';
import { Secret } from '@nexus/config';
import type { CredentialFolder } from '../../identity/credential-folder.ts';
import { testCredential } from '../test-credential.ts';
import type { TokenSources } from '../token-source.ts';
import type { UpstreamBook } from '../upstream-book.ts';
import { type AuthorizationSettings, createLoginLink, exchangeCode } from './authorize-login.ts';
import {
  type AccountEdit,
  type AccountPlace,
  editCredentialFile,
  listStoredNames,
  removeAccount,
  replaceCredential,
} from './edit-credential-file.ts';
import type { TokenFetch } from './request-token.ts';
import { type SealedCredential, sealCredential } from './seal-credential.ts';
import type { StoredSecrets } from './stored-secrets.ts';
import { toStoredCredential } from './to-stored-credential.ts';
import { withoutDefaults } from './without-defaults.ts';
import { requireUsable, toFileName, writeCredentialFile } from './write-credential-file.ts';

export interface AccountFilesParts {
  /** CREDENTIALS_DIR, absolute. */
  readonly folder: string;
  readonly files: Pick<CredentialFolder, 'find' | 'names'>;
  /** Makes what was written known to everybody. */
  readonly refresh: () => Promise<void>;
  readonly stored: Pick<StoredSecrets, 'save' | 'forget'>;
  readonly sources: Pick<TokenSources, 'of'>;
  readonly upstreams: Pick<UpstreamBook, 'of'>;
  readonly settings: AuthorizationSettings;
  readonly fetch: TokenFetch;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly monotonicMs: () => number;
  readonly newId: () => string;
}

/** Writes accounts into credential files, each under the lock that refreshes take too. */
export function createAccountFiles(parts: AccountFilesParts): AccountFiles {
  return {
    async add(account, given, options) {
      const { credential, secrets } = toKept(account, given, parts);
      await addAccount(account, { credential, options }, { ...parts, keepFirst: () => keepSecrets(secrets, parts) });
    },
    replace: (accountId, given) => replaceInFiles(accountId, given, parts),
    remove: (accountId, domain) => removeFromFiles({ accountId, domain }, parts),
    test: (given, signal) => tryCredential(given, { ...parts, signal }),
    authorize: () => createLoginLink(parts.settings),
    async login(account, answer) {
      const oauth = await exchangeCode(answer, parts);
      await addAccount(
        account,
        { credential: { type: 'oauth', oauth }, renews: true },
        { ...parts, keepFirst: async () => {} },
      );
    },
  };
}

/** The credential as its file will have it, and what is sealed for it. */
function toKept(
  { domain, accountId }: Pick<NewAccount, 'domain' | 'accountId'>,
  { credential, keptIn }: GivenCredential,
  { newId }: AccountFilesParts,
): SealedCredential {
  const plain = withoutDefaults(credential);
  if (keptIn === 'file') return { credential: plain, secrets: new Map() };
  if (credential.type === 'oauth') {
    throw new GatewayError('field-invalid', {
      publicMessage: '`keptIn`: the tokens of a login change by themselves, and are kept in its file.',
    });
  }
  // A name of its own each time: a process that still uses the secret before must not find the new one under it.
  return sealCredential(plain, (field) => `${toSealedPrefix(domain, accountId)}${field}/${newId()}`);
}

function toSealedPrefix(domain: string, accountId: string): string {
  return `${domain}/${accountId}/`;
}

async function keepSecrets(secrets: ReadonlyMap<string, string>, { stored }: AccountFilesParts): Promise<void> {
  try {
    for (const [name, secret] of secrets) await stored.save(name, new Secret(secret));
  } catch (cause) {
    throw new GatewayError('storage-unavailable', { cause });
  }
}

interface Adding extends AccountFilesParts {
  /** Never keeps the secret of an account that is there already. */
  readonly keepFirst: () => Promise<void>;
}

async function addAccount(
  { domain, accountId: id, name }: NewAccount,
  given: Pick<AccountEdit, 'credential' | 'options' | 'renews'>,
  { folder, refresh, keepFirst }: Adding,
): Promise<void> {
  const file = toFileName(domain);
  await writeCredentialFile(path.join(folder, file.full), async (before) => {
    const edited = editCredentialFile(before, { id, name, ...given, idOfSingle: file.idOfSingle });
    if (!edited.ok) throw new GatewayError(edited.because === 'exists' ? 'account-exists' : 'credential-unwritable');
    requireUsable(edited.file, { id, name: file.name, path: path.join(folder, file.full) });
    await keepFirst();
    return edited.file;
  });
  await refresh();
}

/** The domains whose files hold an account, as people write them. */
function listHolders(accountId: string, { files }: AccountFilesParts): string[] {
  return files
    .names()
    .filter((name) => files.find(name)?.accounts.some(({ id, path: at }) => id === accountId && at !== '') === true)
    .map((name) => name.replace(/^_wildcard\./, '*.'));
}

async function replaceInFiles(
  accountId: string,
  given: GivenCredential,
  parts: AccountFilesParts,
): Promise<readonly string[]> {
  const domains = listHolders(accountId, parts);
  for (const domain of domains) {
    const { credential, secrets } = toKept({ domain, accountId }, given, parts);
    const file = toFileName(domain);
    const place = { domain, id: accountId, idOfSingle: file.idOfSingle };
    const at = path.join(parts.folder, file.full);
    await editHeld(place, parts, async (before) => {
      const edited = replaceCredential(before, { ...place, credential });
      if (!edited.ok)
        throw new GatewayError(edited.because === 'unknown' ? 'account-unknown' : 'credential-unwritable');
      requireUsable(edited.file, { id: accountId, name: file.name, path: at });
      await keepSecrets(secrets, parts);
      return edited.file;
    });
  }
  return domains;
}

async function removeFromFiles(
  { accountId, domain: only }: { readonly accountId: string; readonly domain: string | null },
  parts: AccountFilesParts,
): Promise<readonly string[]> {
  const domains = listHolders(accountId, parts).filter((domain) => only === null || domain === only);
  for (const domain of domains) {
    const place = { domain, id: accountId, idOfSingle: toFileName(domain).idOfSingle };
    await editHeld(place, parts, async (before) => {
      const edited = removeAccount(before, place);
      if (!edited.ok)
        throw new GatewayError(edited.because === 'unknown' ? 'account-unknown' : 'credential-unwritable');
      return edited.file;
    });
  }
  return domains;
}

/** An account in the file of one domain. */
interface HeldPlace extends AccountPlace {
  readonly domain: string;
}

/** Changes a file that holds an account, then forgets what was sealed for it and is used no more. */
async function editHeld(
  { domain, ...place }: HeldPlace,
  parts: AccountFilesParts,
  edit: (before: unknown) => Promise<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const unused: string[] = [];
  await writeCredentialFile(path.join(parts.folder, toFileName(domain).full), async (before) => {
    const after = await edit(before);
    const kept = new Set(listStoredNames(after, place));
    unused.push(...listStoredNames(before, place).filter((name) => !kept.has(name)));
    return after;
  });
  await parts.refresh();
  // What somebody named by hand may serve others too; what we named serves this account alone.
  const ours = unused.filter((name) => name.startsWith(toSealedPrefix(domain, place.id)));
  // A sealed secret that nobody names opens nothing, so the change stands also where it cannot be forgotten now.
  if (ours.length > 0) await parts.stored.forget(ours).catch(() => {});
}

/** Builds what an account would use, under a name that nobody else has; it is forgotten with the next look at the files. */
async function tryCredential(
  { credential, upstream }: Parameters<AccountFiles['test']>[0],
  { folder, sources, upstreams, newId, ...parts }: AccountFilesParts & { readonly signal: AbortSignal },
): ReturnType<AccountFiles['test']> {
  const id = `try:${newId()}`;
  const settings = {
    id,
    name: id,
    credential: toStoredCredential(credential),
    weight: 1,
    priority: 0,
    models: null,
    upstream: upstream ?? null,
    disabled: false,
    path: path.join(folder, 'try.credentials.json'),
  };
  try {
    return await testCredential({ source: sources.of(settings), upstream: upstreams.of(settings) }, parts);
  } catch (error) {
    const because = error instanceof Error ? error.message : 'unknown';
    return { ok: false, status: null, message: `It cannot be tried: ${because}`, durationMs: 0 };
  }
}
