import { isObject } from '../json/is-object.ts';

/**
 * The session a request belongs to: `x-claude-code-session-id`, else the session in `metadata.user_id`, which is a JSON
 * text (`{"device_id","account_uuid","session_id"}`, Claude Code ≥ 2.1.78) or `user_…_account_…_session_<uuid>` before.
 */
export function findSessionId(header: string | null, metadataUserId: string | null): string | null {
  return readId(header) ?? (metadataUserId === null ? null : readSessionOfUserId(metadataUserId));
}

/** Longer ids are nobody's; kept short since ids become keys and columns. */
const ID_LENGTH_MAX = 128;

/** A trimmed id of visible ASCII; null for anything else. */
export function readId(text: string | null): string | null {
  const id = text?.trim() ?? '';
  return id !== '' && id.length <= ID_LENGTH_MAX && /^[\x21-\x7e]+$/.test(id) ? id : null;
}

function readSessionOfUserId(userId: string): string | null {
  if (userId.startsWith('{')) return readSessionOfJson(userId);
  return readId(/_session_([\w-]+)$/.exec(userId)?.[1] ?? null);
}

function readSessionOfJson(text: string): string | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const session = isObject(parsed) ? parsed['session_id'] : null;
    return typeof session === 'string' ? readId(session) : null;
  } catch {
    return null;
  }
}
