import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createPromptCache, toolUseBlock, until } from '@nexus/testkit';
import { createWorld, type World } from '../src/world.ts';
import { type ClaudeCodeHome, createClaudeCodeHome } from './claude-code-home.ts';
import { findFolder } from './find-folder.ts';
import { runClaudeCode } from './run-claude-code.ts';

const boundMs = 120_000;
const MODEL = 'claude-opus-5-5';
let world: World;
let home: ClaudeCodeHome;

beforeAll(async () => {
  world = await createWorld();
  home = await createClaudeCodeHome({ 'secret.txt': 'marzipan' });
}, boundMs);
afterAll(async () => {
  await home.remove();
  await world.close();
});

interface Told {
  readonly read: number;
  readonly written: number;
}

/** What a turn left in the cache. */
function toLeft(told: Told | undefined): number {
  return (told?.read ?? 0) + (told?.written ?? 0);
}

/** What must be said of a turn that read so much. */
function use(told: Told | undefined, said: { readonly verdict: unknown; readonly readableTokens: number }): unknown {
  const lostTokens = said.readableTokens === 0 ? 0 : Math.min(said.readableTokens, toLeft(told)) - (told?.read ?? 0);
  return expect.objectContaining({ ...said, lostTokens });
}

/** A loop of tools, the same session gone on with, and then with another set of tools. */
test(
  'what the real Claude Code sends reads the cache turn after turn, and a tool less is found out',
  async () => {
    const { fake, baseUrl } = world;
    const cache = createPromptCache({ minimumTokens: 512 });
    const told: Told[] = [];
    fake.script([
      {
        when: () => true,
        stays: true,
        answer: (body) => {
          const atMs = Date.now();
          const usage = cache.ask(body.json, { account: 'one', atMs, answeredAtMs: atMs });
          told.push({ read: usage.cache_read_input_tokens, written: usage.cache_creation_input_tokens });
          const asksForMore = body.lastToolResults.length === 0 && body.lastUserText.includes('secret');
          if (!asksForMore) return { content: 'It says marzipan.', usage };
          return { content: [toolUseBlock('Read', { file_path: `${findFolder(body)}/secret.txt` })], usage };
        },
      },
    ]);
    const env = { ANTHROPIC_MODEL: MODEL };
    const first = await runClaudeCode({ baseUrl, home, env, prompt: 'What is in secret.txt?' });
    expect(first.isError).toBe(false);
    const resumed = ['--resume', first.sessionId];
    const second = await runClaudeCode({ baseUrl, home, env, prompt: 'Say it again.', args: resumed });
    expect(second.isError).toBe(false);
    const third = await runClaudeCode({
      baseUrl,
      home,
      env,
      prompt: 'And once more.',
      args: ['--resume', second.sessionId, '--disallowedTools', 'Bash'],
    });
    expect(third.isError).toBe(false);
    const other = { ANTHROPIC_MODEL: 'claude-sonnet-5-5' };
    const last = ['--resume', third.sessionId];
    expect((await runClaudeCode({ baseUrl, home, env: other, prompt: 'Last.', args: last })).isError).toBe(false);
    if (world.gateway === null) return;
    const uses = await until('all turns are looked at', listUses, 15_000);
    expect(uses).toEqual([
      use(told[0], { verdict: { kind: 'first-turn' }, readableTokens: 0 }),
      use(told[1], { verdict: { kind: 'warm' }, readableTokens: toLeft(told[0]) }),
      use(told[2], { verdict: { kind: 'warm' }, readableTokens: toLeft(told[1]) }),
      use(told[3], {
        verdict: { kind: 'tools-changed', change: 'removed', tool: 'Bash' },
        readableTokens: toLeft(told[2]),
      }),
      use(told[4], {
        verdict: { kind: 'model-changed', from: MODEL, to: 'claude-sonnet-5-5' },
        readableTokens: toLeft(told[3]),
      }),
    ]);
  },
  boundMs,
);

/** What the gateway says of each request that was sent, once it has looked at all turns. */
async function listUses(): Promise<readonly unknown[] | null> {
  const uses: unknown[] = [];
  for (const { requestId, kind } of await world.recorded()) {
    const detail: unknown = await world.gateway?.ask(`/api/requests/${requestId}`);
    const cache = typeof detail === 'object' && detail !== null && 'cache' in detail ? detail.cache : null;
    if (cache === null && kind === 'inference') return null;
    uses.push(cache);
  }
  return uses;
}
