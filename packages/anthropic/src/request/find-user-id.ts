import { isObject } from '../json/is-object.ts';
import { readPartyName } from './read-party-name.ts';

/** What may tell who a request is for; null where it says nothing. */
interface UserWords {
  /** `x-nexus-user`. */
  readonly header: string | null;
  readonly metadataUserId: string | null;
  /** Whom the operator made the key of the caller for. */
  readonly keyOwner: string | null;
}

/**
 * Who a request is for: `x-nexus-user`, else what a program says in `metadata.user_id`, else the owner of the key. Claude Code
 * fills `metadata.user_id` by itself, which says the least: with its account, and where it has none with the device, as a JSON
 * text (`{"device_id","account_uuid","session_id"}`, ≥ 2.1.78) or as `user_<device>_account_<account>_session_<uuid>` before;
 * anybody else's id is taken as it is.
 */
export function findUserId({ header, metadataUserId, keyOwner }: UserWords): string | null {
  const named = readPartyName(header);
  if (named !== null || metadataUserId === null) return named ?? readPartyName(keyOwner);
  const parts = readJsonParts(metadataUserId) ?? LEGACY.exec(metadataUserId)?.groups;
  if (!parts) return readPartyName(metadataUserId) ?? readPartyName(keyOwner);
  return readPartyName(keyOwner) ?? readPartyName(parts['account'] ?? null) ?? toDevice(parts['device'] ?? '');
}

const LEGACY = /^user_(?<device>[0-9a-f]{64})_account_(?<account>[\w-]*)_session_/i;

type Parts = Readonly<Partial<Record<string, string>>>;

/** Null where the text is nobody's JSON but somebody's id. */
function readJsonParts(text: string): Parts | null {
  if (!text.startsWith('{') || text.length > JSON_LENGTH_MAX) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isObject(parsed) || !NAMES.some((name) => Object.hasOwn(parsed, name))) return null;
    return { account: toText(parsed['account_uuid']), device: toText(parsed['device_id']) };
  } catch {
    return null;
  }
}

const JSON_LENGTH_MAX = 10_000;
const NAMES = ['account_uuid', 'device_id', 'session_id'];

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A device is 64 random hex digits, the same in both forms; 12 of them tell a million devices apart and can be read. */
function toDevice(device: string): string | null {
  const name = readPartyName(device);
  return name === null ? null : `device-${name.slice(0, DEVICE_LENGTH)}`;
}

const DEVICE_LENGTH = 12;
