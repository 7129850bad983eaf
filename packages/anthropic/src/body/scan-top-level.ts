import { findMember, isKey, readString, scanObject, type Span } from '../json/scan-json.ts';
import { skipSpace } from '../json/skip-json.ts';
import { openingOf } from './opening-of.ts';

/** What routing needs of a messages body, or why the body cannot be one. Offsets are bytes from the start of the body. */
export type TopLevelScan =
  | {
      readonly ok: true;
      readonly model: string | null;
      readonly stream: boolean;
      /** `metadata.user_id` as it stands; see `findSessionId`. */
      readonly metadataUserId: string | null;
      /** Text of `system` and of the first user message, bounded: the same for every request of a conversation. Made when read. */
      readonly opening: Uint8Array;
    }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly offset: number;
      /** The field with the wrong type, or null where the body as a whole is at fault. */
      readonly field: 'model' | 'stream' | null;
    };

/**
 * Finds `model`, `stream` and session hints by stepping over the body's bytes once; nothing is parsed but the few values
 * themselves. Of duplicate keys the last wins, as in the upstream's parser; so the scan always goes to the end.
 * `stream: null` counts as absent.
 */
export function scanTopLevel(body: Uint8Array): TopLevelScan {
  const found: FoundFields = { model: null, stream: null, metadata: null, system: null, messages: null };
  const start = skipSpace(body, 0);
  const scanned = scanObject(body, start, (key, value) => {
    for (const name of FIELDS) {
      if (isKey(body, key, name)) found[name] = value;
    }
  });
  if (!scanned.ok) return fault(null, scanned);
  const end = skipSpace(body, scanned.end);
  if (end !== body.length) return fault(null, { problem: 'something follows the JSON object', offset: end });

  const model = found.model === null ? null : readString(body, found.model);
  if (found.model !== null && model === null) {
    return fault('model', { problem: 'must be a string', offset: found.model.start });
  }
  const stream = found.stream === null ? false : readFlag(body, found.stream);
  if (found.stream !== null && stream === null) {
    return fault('stream', { problem: 'must be true or false', offset: found.stream.start });
  }
  return {
    ok: true,
    model,
    stream: stream ?? false,
    metadataUserId: readUserId(body, found.metadata),
    get opening() {
      return openingOf(body, found);
    },
  };
}

const FIELDS = ['model', 'stream', 'metadata', 'system', 'messages'] as const;

type FoundFields = Record<(typeof FIELDS)[number], Span | null>;

function fault(
  field: 'model' | 'stream' | null,
  { problem, offset }: { problem: string; offset: number },
): TopLevelScan {
  return { ok: false, problem, offset, field };
}

/** True, false (also for null), or null where it is neither. */
function readFlag(body: Uint8Array, value: Span): boolean | null {
  if (isWord(body, value, 'true')) return true;
  return isWord(body, value, 'false') || isWord(body, value, 'null') ? false : null;
}

function isWord(body: Uint8Array, { start, end }: Span, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (body[start + i] !== word.charCodeAt(i)) return false;
  }
  return true;
}

function readUserId(body: Uint8Array, metadata: Span | null): string | null {
  if (metadata === null) return null;
  const userId = findMember(body, metadata.start, 'user_id');
  return userId === null ? null : readString(body, userId);
}
