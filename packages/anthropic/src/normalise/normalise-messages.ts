import type { LinkHash } from './link-hash.ts';
import type { SliceResult, UnlinkableReason } from './normalise-slice.ts';

/** One block of a conversation, in the order in which Claude reads it. */
export interface ConversationBlock {
  readonly role: 'user' | 'assistant';
  readonly hash: LinkHash;
  /** Index in `messages` of the message that holds it. */
  readonly messageIndex: number;
}

/** What all messages of a request amount to, whatever form the client gave them. */
export interface NormalisedMessages {
  readonly blocks: readonly ConversationBlock[];
  /** True where the last message begins Claude's answer with a text, which will come back as one with the rest. */
  readonly prefilled: boolean;
  /** Hash of the first text of the first message, where a user wrote it. */
  readonly promptHash: LinkHash | null;
  /** True where the first message goes on from a compacted conversation. */
  readonly continues: boolean;
  readonly summaryProbes: readonly LinkHash[];
}

export type MessagesResult =
  | { readonly ok: true; readonly messages: NormalisedMessages }
  | { readonly ok: false; readonly reason: UnlinkableReason; readonly messageIndex: number | null };

/** More messages are nobody's conversation; the API itself takes 100,000. */
const MESSAGES_MAX = 100_000;

/** Stands for a turn of a user in which only reminders were: their words change, but Claude answered to them. */
const NOTE_HASH: LinkHash = '0'.repeat(32);

/**
 * Puts the slices of a request's messages together: injected notes and messages of which nothing is left fall out, and
 * so does every repeated tool call and result. Blocks rather than messages count, so that clients may merge or part
 * messages of one role. Never throws.
 */
export function normaliseMessages(slices: readonly SliceResult[]): MessagesResult {
  if (slices.length === 0) return { ok: false, reason: 'no-messages', messageIndex: null };
  if (slices.length > MESSAGES_MAX) return { ok: false, reason: 'too-many-messages', messageIndex: null };
  const blocks: ConversationBlock[] = [];
  const seen = new Set<string>();
  const probes = new Set<LinkHash>();
  const opening: { promptHash: LinkHash | null; continues: boolean } = { promptHash: null, continues: false };
  let prefilled = false;
  /** Index of the first message of a user's turn of which nothing is left so far. */
  let note: number | null = null;
  const addNote = (): void => {
    if (note === null || blocks.at(-1)?.role !== 'assistant') return;
    blocks.push({ role: 'user', hash: NOTE_HASH, messageIndex: note });
    prefilled = false;
  };
  for (const [messageIndex, result] of slices.entries()) {
    if (!result.ok) return { ok: false, reason: result.reason, messageIndex };
    const { role, blocks: own, promptHash, continues, summaryProbes } = result.slice;
    if (role === 'user' && own.length === 0) note ??= messageIndex;
    if (role === 'system' || own.length === 0) continue;
    if (role === 'assistant') addNote();
    note = null;
    for (const probe of summaryProbes) probes.add(probe);
    if (blocks.length === 0) Object.assign(opening, role === 'user' ? { promptHash, continues } : {});
    for (const { hash, onceKey } of own) {
      if (onceKey !== null && seen.has(onceKey)) continue;
      if (onceKey !== null) seen.add(onceKey);
      blocks.push({ role, hash, messageIndex });
    }
    prefilled = role === 'assistant' && own.at(-1)?.type === 'text';
  }
  addNote();
  if (!blocks.some(({ role }) => role === 'user')) return { ok: false, reason: 'nothing-left', messageIndex: null };
  return { ok: true, messages: { blocks, prefilled, ...opening, summaryProbes: [...probes] } };
}
