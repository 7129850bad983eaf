import { z } from 'zod';
import { CREDENTIAL_FIELDS } from '@nexus/contract';

/** A credential as a file has it: `type` and what belongs to it. */
export type CredentialText = Readonly<Record<string, unknown>> & { readonly type: string };

export interface AccountEdit {
  readonly id: string;
  readonly name: string | null;
  readonly credential: CredentialText;
  /** What the single credential of a file is called that gives it no id. */
  readonly idOfSingle: string;
}

export type EditedFile =
  | { readonly ok: true; readonly file: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly because: 'exists' | 'not-an-object' };

const Fields = z.record(z.string(), z.unknown());
const Entries = z.array(Fields);

/** What belongs to an account and not to its whole file. */
const OF_AN_ACCOUNT = new Set([...CREDENTIAL_FIELDS, 'name', 'weight', 'priority', 'models', 'upstream', 'disabled']);

/**
 * The file with one more account; null stands for a file that is not there yet. A single credential becomes a pool of two. A
 * login that is there already gets the new tokens and keeps the rest.
 */
export function editCredentialFile(before: unknown, edit: AccountEdit): EditedFile {
  if (before === null) return { ok: true, file: { accountId: edit.id, ...toNamed(edit), ...edit.credential } };
  const fields = Fields.safeParse(before);
  if (!fields.success) return { ok: false, because: 'not-an-object' };
  const file = fields.data;
  const entries = Entries.safeParse(file['accounts']);
  if (entries.success) return toPool(file, entries.data, edit);
  const single = typeof file['accountId'] === 'string' ? file['accountId'] : edit.idOfSingle;
  if (single === edit.id) return toRenewed(file, edit);
  const ofFile = Object.entries(file).filter(([name]) => !OF_AN_ACCOUNT.has(name) && name !== 'accountId');
  const ofAccount = Object.entries(file).filter(([name]) => OF_AN_ACCOUNT.has(name));
  return toPool(Object.fromEntries(ofFile), [{ id: single, ...Object.fromEntries(ofAccount) }], edit);
}

type FileFields = Readonly<Record<string, unknown>>;

function toPool(file: FileFields, entries: readonly FileFields[], edit: AccountEdit): EditedFile {
  const index = entries.findIndex((entry) => entry['id'] === edit.id);
  const known = entries[index];
  if (known === undefined) {
    return {
      ok: true,
      file: { ...file, accounts: [...entries, { id: edit.id, ...toNamed(edit), ...edit.credential }] },
    };
  }
  const renewed = toRenewed(known, edit);
  return renewed.ok ? { ok: true, file: { ...file, accounts: entries.with(index, renewed.file) } } : renewed;
}

/** Only a login is replaced by a login: anything else that is there was meant to stay. */
function toRenewed(known: FileFields, { credential }: AccountEdit): EditedFile {
  if (known['type'] !== 'oauth' || credential.type !== 'oauth') return { ok: false, because: 'exists' };
  const [before, after] = [Fields.safeParse(known['oauth']), Fields.parse(credential['oauth'])];
  return { ok: true, file: { ...known, oauth: { ...(before.success ? before.data : {}), ...after } } };
}

function toNamed({ name }: AccountEdit): FileFields {
  return name === null ? {} : { name };
}
