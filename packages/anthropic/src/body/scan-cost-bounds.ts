import { isKey, readString, scanObject, type Span } from '../json/scan-json.ts';
import { skipSpace } from '../json/skip-json.ts';

/** What bounds the cost of a messages body beside its model. */
export interface CostBounds {
  /** `max_tokens`; null where it has none, or none that can be one. */
  readonly outputTokensMax: number | null;
  readonly fast: boolean;
  /** The most that the body can count as; null where it names files or pages that we do not see. */
  readonly inputTokensMax: number | null;
}

/** What stands for something that is not in the body. */
const REFERENCES = ['"file_id"', '"type":"url"', '"type": "url"'];

/** Reads the bounds by stepping over the body once. One token has at least a byte. */
export function scanCostBounds(body: Uint8Array): CostBounds {
  let tokens: Span | null = null;
  let speed: Span | null = null;
  scanObject(body, skipSpace(body, 0), (key, value) => {
    if (isKey(body, key, 'max_tokens')) tokens = value;
    else if (isKey(body, key, 'speed')) speed = value;
  });
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const refers = REFERENCES.some((reference) => bytes.includes(reference));
  return {
    outputTokensMax: tokens === null ? null : readCount(bytes, tokens),
    fast: speed !== null && readString(body, speed) === 'fast',
    inputTokensMax: refers ? null : body.byteLength,
  };
}

function readCount(body: Buffer, { start, end }: Span): number | null {
  const count = Number(body.toString('latin1', start, Math.min(end, start + 20)));
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
}
