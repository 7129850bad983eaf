import { findHeader, type Prompt, readPrompt } from '@nexus/anthropic';
import { decodeBody } from '../codec/decode-body.ts';
import { parseJson } from '../codec/parse-json.ts';
import { isOfReading } from '../follow/is-of-reading.ts';
import { findRequest } from '../queries/request/find-request.ts';
import { rebuildRequestBody } from '../queries/request/rebuild-request-body.ts';
import type { Storage } from '../storage.ts';
import { StorageError } from '../storage-error.ts';

/** Gives the prompt of a request; null where its body was not kept, is damaged, or is no JSON. */
export type LoadPrompt = (requestId: string) => Promise<Prompt | null>;

/** A turn is looked at with the one before it, and then with the one behind it. */
const KEPT_MAX = 4;
/** Larger ones are read again rather than kept. */
const KEPT_BYTES_MAX = 2 * 1024 * 1024;
const OPEN_BRACE = 0x7b;

export function createLoadPrompt(storage: Pick<Storage, 'db'>): LoadPrompt {
  const kept = new Map<string, Prompt>();
  return async (requestId) => {
    const known = kept.get(requestId);
    if (known !== undefined) return known;
    const bytes = await loadBody(storage, requestId);
    const prompt = bytes === null ? null : readPrompt(parseJson(bytes));
    if (prompt !== null && (bytes?.byteLength ?? 0) <= KEPT_BYTES_MAX) kept.set(requestId, prompt);
    for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest);
    return prompt;
  };
}

async function loadBody(storage: Pick<Storage, 'db'>, requestId: string): Promise<Uint8Array | null> {
  try {
    const body = await rebuildRequestBody(storage, requestId);
    if (body === null || body.bytes[0] === OPEN_BRACE) return body?.bytes ?? null;
    const found = await findRequest(storage, requestId);
    const encoding = found === null ? null : findHeader(found.requestHeaders, 'content-encoding');
    return decodeBody(body.bytes, encoding);
  } catch (error) {
    // A damaged body explains nothing, and holds nobody; a database that is away does.
    if (error instanceof StorageError || isOfReading(error)) return null;
    throw error;
  }
}
