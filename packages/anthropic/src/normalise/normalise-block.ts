import { isObject } from '../json/is-object.ts';
import { toCanonicalJson } from './canonical-json.ts';
import { type Digest, type LinkHash, toLinkHash } from './link-hash.ts';
import { toStableText } from './strip-reminders.ts';

/** One block of a message as it counts in comparisons. */
export interface NormalisedBlock {
  readonly hash: LinkHash;
  readonly type: string;
  /** What may stand in a conversation only once: the id of a tool call, or of a tool result. Repeats are left out. */
  readonly onceKey: string | null;
}

/** The block of one text; null where only reminders and space are in it. */
export function normaliseText(text: string, digest: Digest): NormalisedBlock | null {
  const stable = toStableText(text);
  return stable === '' ? null : { hash: toLinkHash(digest, ['text', stable]), type: 'text', onceKey: null };
}

/**
 * One content block without what changes from turn to turn: cache markers, reminders, thinking (clients drop or keep
 * it), citations, error flags, the order of keys. Null for a block that does not count.
 */
export function normaliseBlock(block: Readonly<Record<string, unknown>>, digest: Digest): NormalisedBlock | null {
  const type = readText(block['type']);
  if (type === 'thinking' || type === 'redacted_thinking') return null;
  if (type === 'text' && typeof block['text'] === 'string') return normaliseText(block['text'], digest);
  if (type.endsWith('tool_use')) return normaliseCall(block, { type, digest });
  if (type.endsWith('tool_result')) return normaliseResult(block, { type, digest });
  if (type === 'image' || type === 'document')
    return { hash: hashSource(block['source'], { type, digest }), type, onceKey: null };
  return { hash: toLinkHash(digest, [type, toCanonicalJson(block)]), type, onceKey: null };
}

interface BlockContext {
  readonly type: string;
  readonly digest: Digest;
}

function normaliseCall(block: Readonly<Record<string, unknown>>, { type, digest }: BlockContext): NormalisedBlock {
  const id = readText(block['id']);
  const parts = [type, readText(block['name']), id, toCanonicalJson(block['input'])];
  return { hash: toLinkHash(digest, parts), type, onceKey: id === '' ? null : `call ${id}` };
}

function normaliseResult(block: Readonly<Record<string, unknown>>, { type, digest }: BlockContext): NormalisedBlock {
  const id = readText(block['tool_use_id']);
  const parts = [type, id, ...hashResultContent(block['content'], digest)];
  return { hash: toLinkHash(digest, parts), type, onceKey: id === '' ? null : `result ${id}` };
}

/** A text and a list with that one text are the same result. */
function hashResultContent(content: unknown, digest: Digest): LinkHash[] {
  const blocks: unknown[] = Array.isArray(content) ? content : [content];
  return blocks.flatMap((block) => {
    if (block === null || block === undefined) return [];
    if (typeof block === 'string') return normaliseText(block, digest)?.hash ?? [];
    // Results are not nested on the wire; what looks nested counts as plain data.
    const nested = isObject(block) && !readText(block['type']).endsWith('tool_result');
    if (nested) return normaliseBlock(block, digest)?.hash ?? [];
    return toLinkHash(digest, ['data', toCanonicalJson(block)]);
  });
}

/** Where the data of an image or a document is, or its digest: never its title, context or citation settings. */
function hashSource(source: unknown, { type, digest }: BlockContext): LinkHash {
  if (!isObject(source)) return toLinkHash(digest, [type, 'none']);
  const kind = readText(source['type']);
  const content = ['data', 'url', 'file_id'].map((name) => source[name]).find((value) => typeof value === 'string');
  const parts = typeof content === 'string' ? ['text', content] : ['json', toCanonicalJson(source['content'])];
  return toLinkHash(digest, [type, kind, readText(source['media_type']), ...parts]);
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : '';
}
