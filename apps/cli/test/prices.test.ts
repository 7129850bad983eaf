import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRecordWriter, type RecordWriter } from '@nexus/storage';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { aTerminal } from './a-terminal.ts';

type RecordedRequest = Parameters<RecordWriter['append']>[0];

const terminal = aTerminal();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const writer = createRecordWriter({
    spoolDir: path.join(terminal.dataDir, 'spool-of-the-test'),
    connection: database.connection,
    prepared: true,
    limits: { memoryBytesMax: 32 * 1024 * 1024, spoolBytesMax: 64 * 1024 * 1024 },
    clock: Date.now,
    newId: () => crypto.randomUUID(),
    log: { info() {}, warn() {}, error() {} },
  });
  writer.append(request('claude-opus-5-5', { nanoDollars: 4_000_000_000, pricing: 'exact' }));
  writer.append(request('claude-opus-9', { nanoDollars: 4_000_000_000, pricing: 'guessed' }));
  for (let at = 0; at < 2; at++) writer.append(request('house-model', { nanoDollars: null, pricing: 'unpriced' }));
  writer.append(request(null, { nanoDollars: null, pricing: 'unpriced' }));
  // A name of the caller's own, which the upstream knows.
  const alias = request('house-alias', { nanoDollars: 4_000_000_000, pricing: 'exact' });
  writer.append({ ...alias, facts: { ...alias.facts, modelServed: 'claude-opus-5-5' } });
  for (const facts of [{ outcome: 'refused', status: 404 }, { kind: 'count-tokens' }] as const) {
    const unused = request('gpt-unknown', { nanoDollars: null, pricing: 'unpriced' });
    writer.append({ ...unused, facts: { ...unused.facts, ...facts, usage: null, cost: null } });
  }
  await writer.close(30_000);
}, 120_000);
afterAll(async () => {
  await database.drop();
  terminal.remove();
});

function run(...argv: string[]) {
  const { user, host, port, database: name } = database.connection;
  const DATABASE_URL = `postgres://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  return terminal.run(argv, { DATABASE_URL });
}

type Priced = Omit<NonNullable<RecordedRequest['facts']['cost']>, 'priceVersion'>;

/** A request an hour ago that read a million tokens. */
function request(model: string | null, cost: Priced): RecordedRequest {
  const startedAtMs = Date.now() - 3_600_000;
  const usage = {
    inputTokens: 1_000_000,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    thinkingTokens: 0,
    serverToolUses: {},
    iterations: [],
    serviceTier: null,
    speed: null,
    inferenceGeo: null,
  };
  const requestId = Bun.randomUUIDv7('hex', startedAtMs);
  return {
    facts: {
      requestId,
      model,
      modelServed: null,
      usage,
      startedAtMs,
      conversationId: requestId,
      domain: 'default',
      keyId: null,
      accountId: 'default',
      sessionId: null,
      agentId: null,
      parentAgentId: null,
      userId: null,
      project: null,
      method: 'POST',
      path: '/v1/messages',
      query: '',
      kind: 'inference',
      stream: false,
      status: 200,
      outcome: 'completed',
      errorCode: null,
      errorType: null,
      stopReason: 'end_turn',
      usageEstimated: false,
      cost: { ...cost, priceVersion: 'published' },
      firstByteMs: 10,
      firstTokenMs: 10,
      durationMs: 20,
      requestBytes: 0,
      responseBytes: 0,
      upstreamRequestId: null,
      userAgent: null,
      messageCount: 1,
      toolNames: [],
      preview: '',
      payload: 'none',
    },
    payload: {
      requestHeaders: [],
      responseHeaders: [],
      phases: {},
      requestBody: null,
      responseBody: null,
      responseEncoding: null,
      responseTimings: [],
    },
  };
}

interface Table {
  readonly version: string;
  readonly rows: readonly unknown[];
}

describe('prices', () => {
  test('show names each price with its source, and what it is in JSON', async () => {
    const table: Table = JSON.parse((await run('prices', 'show', '--json')).out);
    expect(table.rows.length).toBeGreaterThan(20);
    const shown = await run('prices', 'show');
    expect(shown.out).toContain(`Prices ${table.version}`);
    expect(shown.out).toMatch(/claude-opus-5-5 +always +4 +20 +5 +8 +0\.2 +platform\.claude\.com\/\S+/);
    expect(shown.out).toMatch(/claude-opus-5-5 +always +fast mode +8 +40 +10 +16 +0\.4 /);
    expect(shown.out).toMatch(/claude-haiku-5-5 +always +prompts over 100000 tokens +0\.5 +2\.5 +0\.625 +1 +0\.05 /);
  });

  test('check names the models behind all that was guessed or has no price, and nothing that used no tokens', async () => {
    const checked = await run('prices', 'check');
    expect(checked.errors).toBe('');
    expect(checked.out).toMatch(/^Prices \S+: \d+ rows\.$/m);
    expect(checked.out).toMatch(/house-model +2 +none/);
    expect(checked.out).toMatch(/claude-opus-9 +1 +guessed by its family/);
    expect(checked.out).toMatch(/\(not named\) +1 +none: neither the request nor its answer names a model/);
    expect(checked.out).not.toMatch(/claude-opus-5-5 |house-alias|gpt-unknown/);
    expect((await run('prices', 'check', '--days', '0')).errors).toContain('0 is no number of days');
  }, 60_000);

  test('a price file is checked, and prices history again: first in words, then in truth, and every sum stays right', async () => {
    const file = path.join(terminal.dataDir, 'prices.json');
    writeFileSync(file, JSON.stringify({ version: 'house', models: { 'house-model': { input: -1, output: 2 } } }));
    expect((await run('prices', 'check', '--prices-file', file)).errors).toContain('models.house-model.input');
    writeFileSync(file, JSON.stringify({ version: 'house', models: { 'house-model': { input: 1, output: 2 } } }));
    expect((await run('prices', 'check', '--prices-file', file)).out).toMatch(
      /house-model +2 +known now: `prices reprice`/,
    );
    const dry = await run('prices', 'reprice', '--dry-run', '--prices-file', file);
    expect(dry.out).toContain('2 of 6 requests would cost something else');
    expect(dry.out).toContain('Nothing was changed.');
    const done = await run('prices', 'reprice', '--prices-file', file);
    expect(done.out).toContain('2 of them had no price before.');
    expect((await run('prices', 'reprice', '--dry-run', '--prices-file', file)).out).toContain('0 of 6 requests');
    expect((await run('prices', 'check', '--prices-file', file)).out).not.toContain('house-model');
    const sums = await run('storage', 'check-usage');
    expect(sums.out).toMatch(/^8 requests on \d days? were added up\. Every sum is right\.$/m);
  }, 60_000);
});
