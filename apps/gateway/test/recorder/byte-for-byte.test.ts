import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { findResponseBody, rebuildRequestBody } from '@nexus/storage';
import { type Arbitrary, array, json, oneof, option, record, sample, string, uint8Array } from 'fast-check';
import { createExchangeRecord, toBytes } from '../../src/recorder/test/exchange-record.ts';
import { type RecorderDesk, awaitRows, createRecorderDesk, recordWhole, HOOK_MS } from './recorder-desk.ts';

const fixtures = join(import.meta.dir, '../../../../fixtures');
const desk: { current: RecorderDesk | null } = { current: null };

beforeAll(async () => {
  desk.current = await createRecorderDesk();
}, HOOK_MS);
afterAll(async () => {
  await desk.current?.remove();
}, HOOK_MS);

test('every fixture body comes back byte for byte through the whole recorder', async () => {
  const bodies = [...readFolder('bodies', '.json'), ...readFolder('answers', '.json')];
  await expectSameRequests(bodies);
});

test('every fixture stream comes back byte for byte, plain and in every encoding', async () => {
  const plain = readFolder('streams', '.sse').map((bytes) => ({ bytes, encoding: null }));
  const encoded = plain.flatMap(({ bytes }) => [
    { bytes: new Uint8Array(gzipSync(bytes)), encoding: 'gzip' },
    { bytes: new Uint8Array(brotliCompressSync(bytes)), encoding: 'br' },
    { bytes: new Uint8Array(Bun.zstdCompressSync(bytes)), encoding: 'zstd' },
  ]);
  const answers = [...plain, ...encoded];
  const { storage, start } = getDesk();
  const before = await countRows();
  const recorder = start();
  const ids = answers.map(({ bytes, encoding }) => {
    const exchange = createExchangeRecord({ responseEncoding: encoding });
    recordWhole(recorder, exchange, { request: null, response: bytes });
    return exchange.requestId;
  });
  await awaitRows(storage, before + answers.length);
  for (const [index, requestId] of ids.entries()) {
    const found = await findResponseBody(storage, requestId);
    const expected = answers[index];
    expect(found?.encoding ?? null).toBe(expected?.encoding ?? null);
    expect(toSha(found?.bytes)).toBe(toSha(expected?.bytes));
  }
  await recorder.close(5000);
});

test('1,000 generated bodies of growing conversations come back byte for byte', async () => {
  await expectSameRequests(sample(anyBody(), { numRuns: 1000, seed: 5 }), 40);
}, 60_000);

test('bodies that nobody should send come back byte for byte and stop nothing', async () => {
  const messages = Array.from({ length: 100_000 }, () => ({ role: 'user', content: 'a' }));
  await expectSameRequests([
    toBytes('not JSON'),
    toBytes('{"model":"m","messages":[{"role":"user","content":"cut'),
    toBytes(String.raw`{"messages":[{"role":"user","content":"\ud800"}]}`),
    new Uint8Array([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]),
    toBytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    toBytes(JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(10_000_000) }] })),
    toBytes(JSON.stringify({ messages })),
    toBytes('42'),
  ]);
}, 60_000);

/** Bodies as clients write them, as nobody should write them, and as no parser can read them. */
function anyBody(): Arbitrary<Uint8Array> {
  const cacheControl = option(record({ type: string({ maxLength: 9 }) }), { nil: undefined });
  const block = record({
    type: string({ maxLength: 8 }),
    text: string({ unit: 'binary', maxLength: 200 }),
    cache_control: cacheControl,
  });
  const message = record({ role: string({ maxLength: 9 }), content: oneof(string(), array(block, { maxLength: 4 })) });
  const messages = record({
    model: string(),
    system: option(array(block, { maxLength: 3 }), { nil: undefined }),
    tools: option(array(record({ name: string(), cache_control: cacheControl }), { maxLength: 3 }), { nil: undefined }),
    messages: array(message, { maxLength: 12 }),
  });
  const pretty = messages.map((body) => toBytes(JSON.stringify(body, null, 3)));
  const compact = messages.map((body) => toBytes(JSON.stringify(body)));
  const cut = compact.map((bytes) => bytes.subarray(0, Math.floor(bytes.byteLength / 2)));
  return oneof(compact, pretty, cut, json().map(toBytes), uint8Array({ maxLength: 400 }));
}

async function expectSameRequests(bodies: readonly Uint8Array[], perConversation = 5): Promise<void> {
  const { storage, start } = getDesk();
  const before = await countRows();
  const recorder = start();
  const ids = bodies.map((request, index) => {
    const affinityKey = `conversation ${Math.floor(index / perConversation)}`;
    const exchange = createExchangeRecord({ affinityKey });
    recordWhole(recorder, exchange, { request, response: null });
    return exchange.requestId;
  });
  await awaitRows(storage, before + bodies.length);
  for (const [index, requestId] of ids.entries()) {
    const rebuilt = await rebuildRequestBody(storage, requestId);
    expect(toSha(rebuilt?.bytes ?? new Uint8Array(0))).toBe(toSha(bodies[index]));
  }
  await recorder.close(5000);
}

function getDesk(): RecorderDesk {
  if (desk.current === null) throw new Error('the desk is made before the first test');
  return desk.current;
}

async function countRows(): Promise<number> {
  const rows = await getDesk().storage.db.selectFrom('request').select('request_id').execute();
  return rows.length;
}

function readFolder(name: string, ending: string): Uint8Array[] {
  const folder = join(fixtures, name);
  const names = readdirSync(folder).filter((file) => file.endsWith(ending) && !file.endsWith('.expected.json'));
  return names.map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

function toSha(bytes: Uint8Array | undefined): string {
  return new Bun.CryptoHasher('sha256').update(bytes ?? 'nothing').digest('hex');
}
