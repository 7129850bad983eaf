import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { type MessagesBody, thinkingBlock, toolUseBlock, until } from '@nexus/testkit';
import { createWorld, readRows, type World } from '../src/world.ts';
import { findFolder } from './find-folder.ts';
import { runClaudeCode } from './run-claude-code.ts';

const boundMs = 90_000;
let world: World;

beforeAll(async () => {
  world = await createWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

afterEach(() => {
  world.fake.reset();
});

const toResultText = (body: MessagesBody) => ({ content: `It says: ${body.lastToolResults.join(' & ')}` });
const isFromAgent = (body: MessagesBody) => body.header('x-claude-code-agent-id') !== null;

describe('Claude Code', () => {
  test(
    'reads a file in a streaming tool loop and tells what is in it',
    async () => {
      const { fake, baseUrl } = world;
      fake.script([
        (body) => ({
          content: [
            thinkingBlock('The file will tell.'),
            toolUseBlock('Read', { file_path: `${findFolder(body)}/secret.txt` }),
          ],
          deliver: 'chunk-50',
        }),
        toResultText,
      ]);
      const run = await runClaudeCode({
        baseUrl,
        prompt: 'What is in secret.txt?',
        files: { 'secret.txt': 'marzipan 🍬' },
      });
      expect(run.output).toContain('marzipan 🍬');
      expect(run.isError).toBe(false);
      expect(fake.requests.map((request) => request.target)).toEqual(Array(2).fill('/v1/messages?beta=true'));
      const rows = await world.recorded();
      expectRows(rows, [
        { stopReason: 'tool_use', toolNames: ['Read'], sessionId: run.sessionId, outcome: 'completed' },
        { stopReason: 'end_turn', toolNames: [], sessionId: run.sessionId, outcome: 'completed' },
      ]);
    },
    boundMs,
  );

  test(
    'calls several tools at once',
    async () => {
      const { fake, baseUrl } = world;
      fake.script([
        (body) => ({
          content: ['one.txt', 'two.txt'].map((name) =>
            toolUseBlock('Read', { file_path: `${findFolder(body)}/${name}` }),
          ),
        }),
        toResultText,
      ]);
      const files = { 'one.txt': 'almond', 'two.txt': 'sugar' };
      const run = await runClaudeCode({ baseUrl, prompt: 'Read both files.', files });
      expect(run.result).toContain('almond');
      expect(run.result).toContain('sugar');
      expectRows(await world.recorded(), [{ toolNames: ['Read', 'Read'] }, { toolNames: [] }]);
    },
    boundMs,
  );

  test(
    'sends a sub-agent, whose requests are told from its own',
    async () => {
      const { fake, baseUrl } = world;
      const launch = { description: 'find a number', prompt: 'Say the number.', subagent_type: 'general-purpose' };
      fake.script([
        { when: (body) => !isFromAgent(body), answer: { content: [toolUseBlock('Agent', launch)] } },
        { when: isFromAgent, answer: { content: 'The number is 42.' } },
        { when: (body) => !isFromAgent(body), answer: { content: 'The agent is at work.' } },
        { when: (body) => !isFromAgent(body), answer: { content: 'The agent is done.' } },
      ]);
      const run = await runClaudeCode({ baseUrl, prompt: 'Ask an agent.' });
      expect(run.result).toBe('The agent is done.');
      const agents = fake.requests.filter((request) => request.header('x-claude-code-agent-id') !== null);
      expect(agents).toHaveLength(1);
      const rows = await world.recorded();
      const agentIds = agents.map((request) => request.header('x-claude-code-agent-id'));
      if (world.gateway !== null)
        expect(rows.flatMap((row) => row.agentId ?? [])).toEqual(agentIds.flatMap((id) => id ?? []));
    },
    boundMs,
  );

  test(
    'tries again after 529 and after a cut stream, and gets there',
    async () => {
      const { fake, baseUrl } = world;
      fake.script([{ error: { status: 529 } }, { behave: 'thinking+cut-900' }, { content: 'Recovered.' }]);
      const run = await runClaudeCode({ baseUrl, prompt: 'Hello?' });
      expect(run.result).toBe('Recovered.');
      expectRows(await world.recorded(), [
        { outcome: 'upstream-error', status: 529 },
        { outcome: 'cut', status: 200 },
        { outcome: 'completed', status: 200 },
      ]);
    },
    boundMs,
  );

  test(
    'asks again without streaming after an error in mid stream',
    async () => {
      const { fake, baseUrl } = world;
      fake.script([{ behave: 'error-after-content' }, { content: 'After all.' }]);
      const run = await runClaudeCode({ baseUrl, prompt: 'Hello?' });
      expect(run.result).toBe('After all.');
      expectRows(await world.recorded(), [
        { outcome: 'stream-error', stream: true },
        { outcome: 'completed', stream: false },
      ]);
    },
    boundMs,
  );

  test(
    'finds models at the gateway and probes it',
    async () => {
      const { fake, baseUrl } = world;
      const env = {
        CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
        // Off, so that the probe is sent; what else it would send is switched off one by one.
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
        DISABLE_AUTOUPDATER: '1',
      };
      const run = await runClaudeCode({ baseUrl, prompt: 'Echo this.', env });
      expect(run.result).toBe('You said: Echo this.');
      const asked = fake.requests.map((request) => `${request.method} ${request.target} ${request.status}`);
      expect(asked).toContain('GET /v1/models?limit=1000 200');
      expect(asked).toContain('HEAD /api/hello 200');
      await world.recorded();
    },
    boundMs,
  );

  test(
    'counts tokens for its context page',
    async () => {
      const { fake, baseUrl } = world;
      const run = await runClaudeCode({ baseUrl, prompt: '/context' });
      expect(run.result).toContain('Context Usage');
      expect(new Set(fake.requests.map((request) => request.path))).toEqual(new Set(['/v1/messages/count_tokens']));
      const rows = await world.recorded();
      expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(world.gateway === null ? [] : ['count-tokens']));
    },
    boundMs,
  );
});

test(
  'Claude Code with a wrong key of ours is told at once, without ten tries, and Claude hears nothing of it',
  async () => {
    const locked = await createWorld({ ENABLE_CLIENT_AUTH: 'true' });
    const { gateway } = locked;
    if (gateway !== null) {
      const run = await runClaudeCode({
        baseUrl: locked.baseUrl,
        prompt: 'Hello?',
        env: { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: 'nx_live_nobody' },
      });
      expect([run.isError, locked.fake.requests]).toEqual([true, []]);
      expect(run.output).toContain('This key is not valid here.');
      const rows = await until('the refusal is on record', async () => {
        const found = readRows(await gateway.ask('/api/requests'));
        return found.length > 0 ? found : null;
      });
      expect(rows.map((row) => [row.outcome, row.status])).toEqual([['refused', 401]]);
    }
    await locked.close();
  },
  boundMs,
);

function expectRows(rows: readonly unknown[], expected: readonly Readonly<Record<string, unknown>>[]): void {
  if (world.gateway === null) return;
  expect(rows).toHaveLength(expected.length);
  for (const [index, row] of expected.entries()) expect(rows[index]).toMatchObject(row);
}
