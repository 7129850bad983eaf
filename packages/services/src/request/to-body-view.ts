import { assembleMessage } from '@nexus/anthropic';
import type { BodyView } from '@nexus/contract';
import { decodeBody } from '@nexus/storage';

/** Text that is not JSON is shown up to here; the raw body has all of it. */
const TEXT_CHARACTERS_MAX = 1_048_576;

export interface StoredBytes {
  /** As they passed on the wire. */
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
  readonly encoding: string | null;
  readonly mediaType: string | null;
}

/** A body as the request page shows it: JSON parsed, a stream assembled into its message, other text as text. */
export function toBodyView({ bytes, sha256, encoding, mediaType }: StoredBytes): BodyView {
  const facts = { bytes: bytes.length, encoding, mediaType, sha256 };
  const decoded = decodeBody(bytes, encoding);
  if (decoded === null || decoded.length === 0) return facts;
  if (isEventStream(mediaType)) return { ...facts, json: assembleMessage(decoded), ...toTextPart(decoded) };
  const json = parseJson(decoded);
  return json === undefined ? { ...facts, ...toTextPart(decoded) } : { ...facts, json };
}

function isEventStream(mediaType: string | null): boolean {
  return mediaType?.toLowerCase().startsWith('text/event-stream') ?? false;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Nothing for bytes that are no text: a file upload is to be downloaded, not read. */
function toTextPart(bytes: Uint8Array): { text?: string } {
  // Four bytes are the most that one character takes, so a cut here never decodes more than is shown.
  const text = new TextDecoder().decode(bytes.subarray(0, TEXT_CHARACTERS_MAX * 4)).slice(0, TEXT_CHARACTERS_MAX);
  return text.includes('\0') ? {} : { text };
}
