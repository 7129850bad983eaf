import { CREDENTIAL_FIELDS, CredentialShape, dropLooserBounds, toDemand, UpstreamShape } from '@nexus/contract';
import { POOL_STRATEGIES, type PoolStrategy } from '@nexus/core';
import { z } from 'zod';
import type { AccountSettings } from '../accounts/account-file.ts';
import type { StoredCredential } from '../accounts/credentials/stored-credential.ts';
import { toStoredCredential } from '../accounts/credentials/to-stored-credential.ts';
import { type ClientKey, ClientKeyShape, toClientKey } from './client-key.ts';

/** One parsed credential file. */
export interface CredentialFile {
  /** The pool; one account where the file holds a single credential. Empty where the last one was removed. */
  readonly accounts: readonly AccountSettings[];
  readonly strategy: PoolStrategy;
  /** What callers present to us for this domain. */
  readonly clientKey: ClientKey | null;
}

/** The place of a file: accounts without an id are called after it. */
export interface CredentialPlace {
  /** The file's name without its ending. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export type ParsedCredentialFile =
  | { readonly ok: true; readonly file: CredentialFile }
  | { readonly ok: false; readonly because: string };

const AccountId = z.string().trim().min(1).max(200);

/** What every file may have; unknown fields are left to the parts that know them (`slack`, …). */
const FileShape = z.looseObject({
  accountId: AccountId.optional(),
  client_api_key: ClientKeyShape.optional(),
  strategy: z.enum(POOL_STRATEGIES).default('sticky'),
  accounts: z.array(z.unknown()).max(1000).optional(),
});

const accountFields = {
  name: z.string().trim().min(1).max(200).optional(),
  weight: z.number().positive().max(1000).default(1),
  priority: z.int().min(0).max(1000).default(0),
  models: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  upstream: UpstreamShape.optional(),
  disabled: z.boolean().default(false),
};

const SingleShape = z.object(accountFields);
const EntryShape = z.looseObject({ id: AccountId, ...accountFields });
const ENTRY_FIELDS = new Set(['id', ...Object.keys(accountFields), ...CREDENTIAL_FIELDS]);

/** Reads the text of a credential file. Problems name the field and never its value. */
export function parseCredentialFile(text: string, place: CredentialPlace): ParsedCredentialFile {
  const json = parseJson(text);
  if (json === undefined) return { ok: false, because: 'it is not JSON' };
  const parsed = FileShape.safeParse(json, { error: toDemand });
  if (!parsed.success) return { ok: false, because: toReason(parsed.error.issues, []) };
  const { client_api_key: clientKey, strategy, accounts, accountId } = parsed.data;
  const single = (): ParsedAccounts => parseSingle(json, { ...place, id: accountId ?? toFileAccountId(place.name) });
  const read = accounts === undefined ? single() : parsePool(accounts, place);
  if (!read.ok) return read;
  return {
    ok: true,
    file: { accounts: read.accounts, strategy, clientKey: clientKey === undefined ? null : toClientKey(clientKey) },
  };
}

/** A file that is there and cannot be used: its domain is known, and its account tells why. */
export function toInvalidFile(because: string, place: CredentialPlace): CredentialFile {
  const credential: StoredCredential = { kind: 'invalid', because };
  const id = toFileAccountId(place.name);
  return {
    accounts: [toAccount(SingleShape.parse({}), { id, path: place.path, credential })],
    strategy: 'sticky',
    clientKey: null,
  };
}

function toFileAccountId(name: string): string {
  return `file:${name}`;
}

type ParsedAccounts =
  | { readonly ok: true; readonly accounts: readonly AccountSettings[] }
  | { readonly ok: false; readonly because: string };

function parseSingle(json: unknown, { id, path }: CredentialPlace & { id: string }): ParsedAccounts {
  const fields = SingleShape.safeParse(json, { error: toDemand });
  const credential = CredentialShape.safeParse(json, { error: toDemand });
  if (!credential.success) return { ok: false, because: toReason(credential.error.issues, []) };
  if (!fields.success) return { ok: false, because: toReason(fields.error.issues, []) };
  return {
    ok: true,
    accounts: [toAccount(fields.data, { id, path, credential: toStoredCredential(credential.data) })],
  };
}

function parsePool(entries: readonly unknown[], { path }: CredentialPlace): ParsedAccounts {
  const accounts: AccountSettings[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = ['accounts', index];
    const fields = EntryShape.safeParse(entry, { error: toDemand });
    if (!fields.success) return { ok: false, because: toReason(fields.error.issues, at) };
    const unknown = Object.keys(fields.data).find((name) => !ENTRY_FIELDS.has(name));
    if (unknown !== undefined) return { ok: false, because: `\`${[...at, unknown].join('.')}\`: is not a field` };
    const { id } = fields.data;
    if (accounts.some((account) => account.id === id)) {
      return { ok: false, because: `\`${[...at, 'id'].join('.')}\`: stands twice` };
    }
    accounts.push(toAccount(fields.data, { id, path, credential: parseEntryCredential(entry, at) }));
  }
  return { ok: true, accounts };
}

/** One broken credential of a pool must not take the others away. */
function parseEntryCredential(entry: unknown, at: readonly PropertyKey[]): StoredCredential {
  const parsed = CredentialShape.safeParse(entry, { error: toDemand });
  if (parsed.success) return toStoredCredential(parsed.data);
  return { kind: 'invalid', because: toReason(parsed.error.issues, at) };
}

function toAccount(
  fields: z.output<typeof SingleShape>,
  found: Pick<AccountSettings, 'id' | 'path' | 'credential'>,
): AccountSettings {
  const { name, weight, priority, models, upstream, disabled } = fields;
  return {
    ...found,
    name: name ?? found.id,
    weight,
    priority,
    models: models ?? null,
    upstream: upstream ?? null,
    disabled,
  };
}

function toReason(issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[]): string {
  return dropLooserBounds(issues)
    .slice(0, 3)
    .map((issue) => `\`${[...at, ...issue.path].map(String).join('.') || 'the file'}\`: ${issue.message}`)
    .join('; ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
