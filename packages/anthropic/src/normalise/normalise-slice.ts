import { isObject } from '../json/is-object.ts';
import { TooDeepError } from './canonical-json.ts';
import { type Digest, type LinkHash, toLinkHash } from './link-hash.ts';
import { normaliseBlock, type NormalisedBlock, normaliseText } from './normalise-block.ts';
import { toStableText } from './strip-reminders.ts';
import { isContinuationText, probesOfContinuation } from './summary-probes.ts';

/** Why a request has no place in a conversation of its own making; stored and shown as the reason. */
export const UNLINKABLE_REASONS = [
  'no-messages',
  'not-json',
  'unknown-shape',
  'unknown-role',
  'too-deep',
  'too-many-messages',
  'nothing-left',
] as const;
export type UnlinkableReason = (typeof UNLINKABLE_REASONS)[number];

/**
 * One message as it counts in comparisons. It depends on the bytes of the message alone, so callers keep it by the hash
 * of the slice and pay for each unique slice once.
 */
export interface NormalisedSlice {
  /** `system`: a note that a client injected between the messages; it never counts. */
  readonly role: 'user' | 'assistant' | 'system';
  /** What is left of its blocks, in order. */
  readonly blocks: readonly NormalisedBlock[];
  /** Hash of its first text, to be compared with the prompts of agents (more may follow it); null where it has none. */
  readonly promptHash: LinkHash | null;
  /** True where its text says that it goes on from a compacted conversation. */
  readonly continues: boolean;
  /** Probes of the summary it goes on from, and of every `compaction` block in it. */
  readonly summaryProbes: readonly LinkHash[];
}

export type SliceResult =
  | { readonly ok: true; readonly slice: NormalisedSlice }
  | { readonly ok: false; readonly reason: UnlinkableReason };

const decoder = new TextDecoder();

/** Normalises the raw bytes of one element of `messages` (a slice of `splitBody`). Never throws. */
export function normaliseSlice(bytes: Uint8Array, digest: Digest): SliceResult {
  let message: unknown;
  try {
    message = JSON.parse(decoder.decode(bytes));
  } catch {
    return { ok: false, reason: 'not-json' };
  }
  return normaliseMessage(message, digest);
}

/** Normalises one parsed element of `messages`. Never throws, whatever it is. */
export function normaliseMessage(message: unknown, digest: Digest): SliceResult {
  if (!isObject(message)) return { ok: false, reason: 'unknown-shape' };
  const { role, content } = message;
  if (role === 'system') return { ok: true, slice: { role, ...NOTHING } };
  if (role !== 'user' && role !== 'assistant') return { ok: false, reason: 'unknown-role' };
  const parts: unknown[] | null = typeof content === 'string' ? [{ type: 'text', text: content }] : asList(content);
  if (parts === null || !parts.every(isObject)) return { ok: false, reason: 'unknown-shape' };
  try {
    return { ok: true, slice: { role, ...normaliseParts(parts, digest) } };
  } catch (error) {
    if (error instanceof TooDeepError) return { ok: false, reason: 'too-deep' };
    throw error;
  }
}

const NOTHING = { blocks: [], promptHash: null, continues: false, summaryProbes: [] } as const;

function asList(content: unknown): unknown[] | null {
  return Array.isArray(content) ? content : null;
}

type Part = Readonly<Record<string, unknown>>;

function normaliseParts(parts: readonly Part[], digest: Digest): Omit<NormalisedSlice, 'role'> {
  const blocks: NormalisedBlock[] = [];
  const texts: string[] = [];
  const probes: LinkHash[] = [];
  for (const part of parts) {
    const block = normaliseBlock(part, digest);
    if (block === null) continue;
    blocks.push(block);
    if (block.type === 'compaction') probes.push(block.hash);
    if (block.type !== 'text' || typeof part['text'] !== 'string') continue;
    texts.push(toStableText(part['text']));
  }
  for (const text of texts) probes.push(...probesOfContinuation(text, digest));
  return {
    blocks,
    promptHash: texts[0] === undefined ? null : toPromptHash(texts[0], digest),
    continues: texts.some(isContinuationText),
    summaryProbes: probes,
  };
}

/** The hash by which the prompt of an agent is found again as the first message of its own requests. */
export function toPromptHash(text: string, digest: Digest): LinkHash | null {
  return normaliseText(text, digest) === null ? null : toLinkHash(digest, ['prompt', toStableText(text)]);
}
