import { CREDENTIAL_FIELDS } from '@nexus/contract';
import { z } from 'zod';

/** A credential as a file has it: `type` and what belongs to it. */
export type CredentialFields = Readonly<Record<string, unknown>> & { readonly type: string };

/** Which account of a file is meant. */
export interface AccountPlace {
  readonly id: string;
  /** What the single credential of a file is called that gives it no id. */
  readonly idOfSingle: string;
}

export interface AccountEdit extends AccountPlace {
  readonly name: string | null;
  /** Weight, upstream and what else an account has beside its credential. */
  readonly options?: FileFields;
  readonly credential: CredentialFields;
  /** Whether a login that is there already is to get these tokens. */
  readonly renews?: boolean;
}

type FileFields = Readonly<Record<string, unknown>>;

export type EditedFile =
  | { readonly ok: true; readonly file: FileFields }
  | { readonly ok: false; readonly because: 'exists' | 'not-an-object' | 'unknown' };

const Fields = z.record(z.string(), z.unknown());
const Entries = z.array(Fields);

/** What belongs to an account and not to its whole file. */
const OF_AN_ACCOUNT = new Set([...CREDENTIAL_FIELDS, 'name', 'weight', 'priority', 'models', 'upstream', 'disabled']);

/**
 * The file with one more account; null stands for a file that is not there yet. A single credential becomes a pool of two. A
 * login that is there already gets the new tokens and keeps the rest.
 */
export function editCredentialFile(before: unknown, edit: AccountEdit): EditedFile {
  if (before === null) return { ok: true, file: { accountId: edit.id, ...toEntry(edit) } };
  const pool = toPool(before, edit);
  if (pool === null) return { ok: false, because: 'not-an-object' };
  const { file, entries } = pool;
  const known = entries.find((entry) => entry['id'] === edit.id);
  if (known === undefined) {
    return { ok: true, file: { ...file, accounts: [...entries, { id: edit.id, ...toEntry(edit) }] } };
  }
  const renewed = toRenewed(known, edit);
  return renewed === null ? { ok: false, because: 'exists' } : { ok: true, file: toFile(before, pool, renewed) };
}

/** The file with another credential for one of its accounts; whatever else it has stays. */
export function replaceCredential(before: unknown, edit: AccountPlace & Pick<AccountEdit, 'credential'>): EditedFile {
  const pool = toPool(before, edit);
  if (pool === null) return { ok: false, because: 'not-an-object' };
  const known = pool.entries.find((entry) => entry['id'] === edit.id);
  if (known === undefined) return { ok: false, because: 'unknown' };
  const kept = Object.entries(known).filter(([name]) => !CREDENTIAL_FIELDS.has(name));
  return { ok: true, file: toFile(before, pool, { ...Object.fromEntries(kept), ...edit.credential }) };
}

/** The file without one of its accounts; `accounts` stays, be it empty, since its domain is served as before. */
export function removeAccount(before: unknown, place: AccountPlace): EditedFile {
  const pool = toPool(before, place);
  if (pool === null) return { ok: false, because: 'not-an-object' };
  const accounts = pool.entries.filter((entry) => entry['id'] !== place.id);
  if (accounts.length === pool.entries.length) return { ok: false, because: 'unknown' };
  return { ok: true, file: { ...pool.file, accounts } };
}

/** Names of sealed secrets that an account of a file refers to. */
export function listStoredNames(before: unknown, place: AccountPlace): string[] {
  const entry = toPool(before, place)?.entries.find(({ id }) => id === place.id);
  const names: string[] = [];
  JSON.stringify(entry ?? {}, (name, value: unknown) => {
    if (name === 'stored' && typeof value === 'string') names.push(value);
    return value;
  });
  return names;
}

interface Pool {
  /** What is of the whole file. */
  readonly file: FileFields;
  readonly entries: readonly FileFields[];
  readonly isSingle: boolean;
}

/** A file as a pool, which a single credential is of one. Null where it is no object. */
function toPool(before: unknown, { idOfSingle }: AccountPlace): Pool | null {
  const fields = Fields.safeParse(before);
  if (!fields.success) return null;
  const { accounts, ...file } = fields.data;
  const entries = Entries.safeParse(accounts);
  if (entries.success) return { file, entries: entries.data, isSingle: false };
  const id = typeof file['accountId'] === 'string' ? file['accountId'] : idOfSingle;
  const ofFile = Object.entries(file).filter(([name]) => !OF_AN_ACCOUNT.has(name) && name !== 'accountId');
  const ofAccount = Object.entries(file).filter(([name]) => OF_AN_ACCOUNT.has(name));
  return { file: Object.fromEntries(ofFile), entries: [{ id, ...Object.fromEntries(ofAccount) }], isSingle: true };
}

/** The file with one entry in the place of that of the same id; one that held a single credential still does. */
function toFile(before: unknown, { file, entries, isSingle }: Pool, entry: FileFields): FileFields {
  if (!isSingle) {
    return { ...file, accounts: entries.map((known) => (known['id'] === entry['id'] ? entry : known)) };
  }
  const { id, ...fields } = entry;
  const isNamed = typeof Fields.parse(before)['accountId'] === 'string';
  return { ...(isNamed ? { accountId: id } : {}), ...fields, ...file };
}

/** Only a login is replaced by a login: anything else that is there was meant to stay. */
function toRenewed(known: FileFields, { credential, renews = false }: AccountEdit): FileFields | null {
  if (!renews || known['type'] !== 'oauth' || credential.type !== 'oauth') return null;
  const [before, after] = [Fields.safeParse(known['oauth']), Fields.parse(credential['oauth'])];
  return { ...known, oauth: { ...(before.success ? before.data : {}), ...after } };
}

function toEntry({ name, options = {}, credential }: AccountEdit): FileFields {
  return { ...(name === null ? {} : { name }), ...options, ...credential };
}
