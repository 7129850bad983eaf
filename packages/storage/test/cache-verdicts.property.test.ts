import { expect, test } from 'bun:test';
import { foldUsage, readPrompt } from '@nexus/anthropic';
import { type CachedTurn, explainCacheMiss } from '@nexus/core';
import { createPromptCache } from '@nexus/testkit';
import * as fc from 'fast-check';
import { NOON_MS } from './record.ts';

interface Talk {
  readonly tools: readonly string[];
  readonly system: string;
  readonly messages: readonly string[];
  readonly thinking: boolean;
  /** Index of the message with an image. */
  readonly image: number | null;
  readonly isMarked: boolean;
  readonly model: string;
  readonly account: string;
  readonly atMs: number;
}

const START: Talk = {
  tools: ['Bash', 'Read'],
  system: 'Be brief.',
  messages: ['The first words.'],
  thinking: false,
  image: null,
  isMarked: true,
  model: 'claude-opus-5-5',
  account: 'one',
  atMs: NOON_MS,
};
const MINUTE_MS = 60_000;

/** One change each, and what a turn that missed something may be told for it. */
const CHANGES = {
  nothing: { change: (talk: Talk) => talk, verdicts: [] },
  tools: {
    change: (talk: Talk) => ({ ...talk, tools: [...talk.tools, `T${talk.tools.length}`] }),
    verdicts: ['tools-changed'],
  },
  system: { change: (talk: Talk) => ({ ...talk, system: `${talk.system}!` }), verdicts: ['system-changed'] },
  thinking: { change: (talk: Talk) => ({ ...talk, thinking: !talk.thinking }), verdicts: ['settings-changed'] },
  image: {
    change: (talk: Talk) => ({ ...talk, image: talk.image === null ? talk.messages.length - 1 : null }),
    verdicts: ['settings-changed', 'message-changed'],
  },
  edit: {
    change: (talk: Talk) => ({ ...talk, messages: talk.messages.with(0, `${talk.messages[0]}?`) }),
    verdicts: ['message-changed'],
  },
  wait: { change: (talk: Talk) => ({ ...talk, atMs: talk.atMs + 6 * MINUTE_MS }), verdicts: ['expired'] },
  model: {
    change: (talk: Talk) => ({ ...talk, model: talk.model === START.model ? 'claude-sonnet-5-5' : START.model }),
    verdicts: ['model-changed'],
  },
  account: {
    change: (talk: Talk) => ({ ...talk, account: talk.account === 'one' ? 'two' : 'one' }),
    verdicts: ['account-changed'],
  },
  marker: { change: (talk: Talk) => ({ ...talk, isMarked: !talk.isMarked }), verdicts: ['no-breakpoint'] },
  long: {
    change: (talk: Talk) => ({
      ...talk,
      messages: [...talk.messages, ...Array.from({ length: 24 }, (_, at) => `${at}`)],
    }),
    verdicts: ['beyond-lookback'],
  },
} as const;
type ChangeName = keyof typeof CHANGES;

function isChangeName(name: string): name is ChangeName {
  return name in CHANGES;
}

function toBody(talk: Talk): Record<string, unknown> {
  const last = talk.messages.length - 1;
  const marker = talk.isMarked ? { cache_control: { type: 'ephemeral' } } : {};
  return {
    model: talk.model,
    tools: talk.tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    system: [{ type: 'text', text: talk.system.padEnd(4_000, '.') }],
    messages: talk.messages.map((text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: [
        ...(at === talk.image ? [{ type: 'image', source: { type: 'url', url: 'x:/y' } }] : []),
        { type: 'text', text, ...(at === last ? marker : {}) },
      ],
    })),
    ...(talk.thinking ? { thinking: { type: 'adaptive' } } : {}),
  };
}

test('whatever changes between two turns, the cache that was really missed is put down to it', () => {
  const name = fc.constantFrom(...Object.keys(CHANGES).filter(isChangeName));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 12 }), (names) => {
      const cache = createPromptCache({ minimumTokens: 0 });
      let talk: Talk = START;
      let parent: CachedTurn | null = null;
      for (const change of names) {
        const { messages, atMs }: Talk = talk;
        talk = CHANGES[change].change({ ...talk, messages: [...messages, `m${messages.length}`], atMs: atMs + 20_000 });
        const body = toBody(talk);
        const answeredAtMs = talk.atMs + 900;
        const usage = foldUsage(null, cache.ask(body, { account: talk.account, atMs: talk.atMs, answeredAtMs }));
        if (usage === null) throw new Error('the cache tells no usage');
        const { model, account: accountId }: Talk = talk;
        const prompt = readPrompt(body);
        const turn: CachedTurn = { model, accountId, startedAtMs: talk.atMs, answeredAtMs, usage, prompt };
        const { verdict, lostTokens, readableTokens } = explainCacheMiss({ turn, parent, isCompacted: false });
        const allowed: string[] = [...CHANGES[change].verdicts, ...(talk.isMarked ? [] : ['no-breakpoint'])];
        if (lostTokens > 0) expect(allowed).toContain(verdict.kind);
        else expect(['warm', 'first-turn', ...allowed, 'no-breakpoint']).toContain(verdict.kind);
        if (parent !== null && lostTokens > 0) expect(lostTokens).toBeLessThanOrEqual(readableTokens);
        parent = turn;
      }
    }),
    { numRuns: 300 },
  );
});
