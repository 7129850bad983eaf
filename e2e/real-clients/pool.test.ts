import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { type FakeClaude, type GatewayProcess, startFakeClaude, startGatewayProcess } from '@nexus/testkit';

const boundMs = 60_000;
let folder: string;
let fake: FakeClaude;
let gateway: GatewayProcess;

function toAccount(id: string, priority: number): Readonly<Record<string, unknown>> {
  return { id, priority, type: 'api_key', api_key: `sk-ant-api03-${id}` };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nexus-pool-'));
  const file = { accounts: [toAccount('first', 0), toAccount('second', 1)] };
  await Bun.write(path.join(folder, 'default.credentials.json'), JSON.stringify(file));
  fake = await startFakeClaude();
  const settings = { CREDENTIALS_DIR: folder, STORAGE_ENABLED: 'false', LOG_LEVEL: 'warn' };
  gateway = await startGatewayProcess({ upstreamUrl: fake.url, settings });
}, boundMs);

afterAll(async () => {
  await gateway.remove();
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the SDK streams on when an account reaches its limit; where the last one fails too, it hears of that', async () => {
  const client = new Anthropic({ baseURL: gateway.proxyUrl, apiKey: 'none', maxRetries: 0 });
  const ask = (text: string) =>
    client.messages
      .stream({ model: 'fake-thinking', max_tokens: 100, messages: [{ role: 'user', content: text }] })
      .finalMessage();
  fake.script([{ behave: '429-unified' }]);
  const answer = await ask('The first account has used up its five hours.');
  expect(answer.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  fake.script([{ behave: 'thinking+error-before-content' }]);
  const failure = await ask('The second one is overloaded.').catch((error: unknown) => error);
  expect(failure).toMatchObject({ error: { error: { type: 'overloaded_error' } } });
  expect((await ask('And well again.')).stop_reason).toBe('end_turn');
  const asked = fake.requests.map((request) => request.header('x-api-key'));
  expect(asked).toEqual(['first', 'second', 'second', 'second'].map((id) => `sk-ant-api03-${id}`));
});
