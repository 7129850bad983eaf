import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { findRequest, rebuildRequestBody } from '@nexus/storage';
import { startFakeClaude, startGatewayProcess, until } from '@nexus/testkit';
import { createRequestBody } from '../../src/recorder/test/exchange-record.ts';
import { createDatabaseDoor } from './database-door.ts';
import { type RecorderDesk, awaitRows, createRecorderDesk, HOOK_MS } from './recorder-desk.ts';

const desk: { current: RecorderDesk | null } = { current: null };

beforeAll(async () => {
  desk.current = await createRecorderDesk();
}, HOOK_MS);
afterAll(async () => {
  await desk.current?.remove();
}, HOOK_MS);

test('what a killed process had recorded is adopted, none lost, none twice, and its open exchange is interrupted', async () => {
  const { storage, spoolDir, start } = getDesk();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'recording-child.ts'), spoolDir, '300'], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const { open, ended } = await readLine(child.stdout);
  child.kill('SIGKILL');
  await child.exited;

  const first = start();
  const second = start();
  const rows = await awaitRows(storage, ended.length + 1);
  expect(rows.size).toBe(ended.length + 1);
  expect([...rows.keys()].sort()).toEqual([...ended, open].sort());
  expect(rows.get(open)?.outcome).toBe('interrupted');
  const interrupted = await findRequest(storage, open);
  expect(interrupted?.facts).toMatchObject({ usageEstimated: true, responseBytes: 300, payload: 'truncated' });
  const body = await rebuildRequestBody(storage, ended[41] ?? '');
  expect(Buffer.from(body?.bytes ?? []).toString()).toBe(Buffer.from(createRequestBody('question 41')).toString());
  await Promise.all([first.close(5000), second.close(5000)]);
  const all = await storage.db.selectFrom('request').select('request_id').execute();
  expect(all).toHaveLength(ended.length + 1);
}, 60_000);

test('a long stream and a silent wait that a kill cuts off are recorded nearly up to the kill', async () => {
  const { storage, database } = getDesk();
  const fake = await startFakeClaude({ requestsKeptMax: 0 });
  const door = await createDatabaseDoor(database.connection);
  const { user, host, port, database: name } = door.connection;
  const databaseUrl = `postgres://${user}@${host}:${port}/${name}`;
  const first = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl });
  const startedAtMs = performance.now();
  const silent = send(first.proxyUrl, 'fake-headers-after-60000').catch(() => null);
  const stream = await send(first.proxyUrl, 'fake-stream-2000-20');
  const requestId = stream.headers.get('x-nexus-request-id') ?? '';
  const seen = await readFor(stream, 5000);
  const livedMs = performance.now() - startedAtMs;
  await first.kill();
  await silent;

  const second = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl, dataDir: first.dataDir });
  const found = await until('the record of the stream', () => findRequest(storage, requestId), 20_000);
  expect(found.facts).toMatchObject({ outcome: 'interrupted', status: 200, payload: 'truncated' });
  expect(found.facts.firstTokenMs).not.toBeNull();
  // What lies between: a second between two looks, half a second between two journals, and on a busy machine seconds more. What
  // was kept once, when the stream began, would be less than a tenth.
  expect(found.facts.durationMs).toBeGreaterThan(livedMs / 4);
  expect(found.facts.responseBytes).toBeGreaterThan(seen.bytes / 4);
  // It may come with a later batch than the stream.
  const rows = await until('the record of the silent wait', async () => {
    const silents = storage.db.selectFrom('request').selectAll().where('model', '=', 'fake-headers-after-60000');
    const listed = await silents.execute();
    return listed.length > 0 ? listed : null;
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]?.duration_ms).toBeGreaterThan(livedMs / 4);
  await second.remove();
  await door.close();
  await fake.stop();
}, 60_000);

function send(proxyUrl: string, model: string): Promise<Response> {
  return fetch(`${proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-ant-api03-mine',
    },
    body: JSON.stringify({
      model,
      max_tokens: 100,
      stream: true,
      messages: [{ role: 'user', content: 'Tell me all.' }],
    }),
  });
}

async function readFor(answer: Response, ms: number): Promise<{ bytes: number }> {
  const seen = { bytes: 0 };
  const endMs = performance.now() + ms;
  for await (const piece of answer.body ?? []) {
    seen.bytes += piece.byteLength;
    if (performance.now() > endMs) return seen;
  }
  throw new Error('the stream ended before it was to be cut');
}

async function readLine(stream: ReadableStream<Uint8Array>): Promise<{ open: string; ended: string[] }> {
  let text = '';
  for await (const bytes of stream) {
    text += new TextDecoder().decode(bytes);
    if (text.includes('\n')) break;
  }
  return JSON.parse(text);
}

function getDesk(): RecorderDesk {
  if (desk.current === null) throw new Error('the desk is made before the first test');
  return desk.current;
}
