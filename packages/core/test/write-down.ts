import { createHash } from 'node:crypto';
import { normaliseAnswer, normaliseMessages, normaliseSlice } from '@nexus/anthropic';
import { type Fingerprint, LINK_WINDOWS, type LinkRules, toFingerprint } from '../src/index.ts';
import type { Attempt, Block, Said, Turn } from './traffic.ts';

/** What of a client's own signals is left on the wire. */
export type Signals = 'headers' | 'metadata' | 'none';

export function digest(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

export const RULES: LinkRules = { digest, ...LINK_WINDOWS };

/** The fingerprints of all that was recorded of `turns`, each written down the way clients do: never twice alike. */
export function toFingerprints(turns: readonly Turn[], signals: Signals): Fingerprint[] {
  return turns
    .filter(({ isSeen }) => isSeen)
    .flatMap((turn) => turn.attempts.map((attempt) => fingerprintOf({ turn, attempt, signals })));
}

function fingerprintOf({ turn, attempt, signals }: { turn: Turn; attempt: Attempt; signals: Signals }): Fingerprint {
  const chance = createChance(attempt.startedAtMs + turn.said.length * 31);
  const slices = writeMessages(turn.said, chance).map((message) => normaliseSlice(toBytes(message), digest));
  const { requestId, startedAtMs, endedAtMs, outcome, answer } = attempt;
  return toFingerprint(
    {
      requestId,
      startedAtMs,
      endedAtMs,
      outcome,
      domain: turn.domain,
      kind: turn.kind,
      title: null,
      sessionId: signals === 'none' ? null : turn.sessionId,
      sessionSource: signals === 'none' ? null : signals === 'headers' ? 'header' : 'metadata',
      agentId: signals === 'headers' ? turn.agentId : null,
      parentAgentId: signals === 'headers' ? turn.parentAgentId : null,
    },
    {
      messages: normaliseMessages(slices),
      answer:
        answer === null
          ? null
          : normaliseAnswer({ role: 'assistant', content: answer }, { digest, isSummary: turn.kind === 'compaction' }),
      digest,
    },
  );
}

type Chance = (oneIn: number) => boolean;

/** The same messages as a client may write them this time. */
export function writeMessages(said: readonly Said[], chance: Chance): unknown[] {
  const messages: { role: string; content: unknown }[] = [];
  let blocks: Block[] = [];
  for (const [at, { role, block }] of said.entries()) {
    blocks.push(...writeBlock(block, { role, chance }));
    if (said[at + 1]?.role === role && !chance(3)) continue;
    messages.push({ role, content: writeContent(blocks, chance) });
    blocks = [];
    if (role === 'user' && chance(5))
      messages.push({ role: 'system', content: chance(2) ? 'A note' : [{ type: 'text', text: 'A note' }] });
  }
  return messages;
}

const REMINDER = '<system-reminder>\nToday is another day.\n</system-reminder>';

function writeBlock(block: Block, { role, chance }: { role: string; chance: Chance }): Block[] {
  const marker = chance(4) ? { cache_control: { type: 'ephemeral' } } : {};
  if (block['type'] === 'text') {
    const words = String(block['text']).replaceAll('\n', chance(6) ? '\r\n' : '\n');
    const text = role === 'user' && chance(4) ? `${words}\n${REMINDER}` : words;
    const extra = role === 'user' && chance(5) ? [{ type: 'text', text: REMINDER }] : [];
    const thinking =
      role === 'assistant' && chance(3) ? [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }] : [];
    return [...thinking, ...extra, { ...block, text, ...marker }];
  }
  if (block['type'] === 'tool_result') {
    const words = chance(3) ? `${String(block['content'])}${REMINDER}` : block['content'];
    const content = chance(2) ? words : [{ type: 'text', text: words }];
    const written = { ...block, content, ...marker };
    return chance(6) ? [written, written] : [written];
  }
  const input = block['input'];
  if (typeof input !== 'object' || input === null || !chance(2)) return [{ ...block, ...marker }];
  return [{ ...block, input: Object.fromEntries(Object.entries(input).toReversed()), ...marker }];
}

function writeContent(blocks: readonly Block[], chance: Chance): unknown {
  const [first] = blocks;
  const isPlain = blocks.length === 1 && first?.['type'] === 'text' && !('cache_control' in first);
  return isPlain && chance(2) ? first['text'] : blocks;
}

function toBytes(message: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** Chance that a seed decides (mulberry32), so that a failure can be seen again. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return (oneIn) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % oneIn === 0;
  };
}
