import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createContentReader } from '../../../src/api/content/create-content-reader.ts';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, REQUEST_BODY, writeRecords } from '../records.ts';

const record = buildRecord();
const call = {
  name: 'request.raw',
  actor: { kind: 'dashboard-key' },
  input: { requestId: record.facts.requestId },
} as const;

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [record]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

function createReader() {
  if (world.connection === null) throw new Error('this world has no database');
  return createContentReader({
    connected: Promise.resolve(world.connection),
    prepared: true,
    slowQueryMs: 60_000,
    log: { info() {}, warn() {}, error() {} },
  });
}

describe('the thread that reads recorded bodies', () => {
  test('gives a body with what it is', async () => {
    const reader = createReader();
    const output = await reader.perform(call);
    await reader.close();

    expect(output).toEqual({
      bytes: new Uint8Array(REQUEST_BODY),
      raw: { mediaType: 'application/json', contentEncoding: null },
    });
  });

  test('checks scopes and input itself', async () => {
    const reader = createReader();
    const blind = { ...call, actor: { kind: 'key', keyId: 'k', scopes: ['read'] } } as const;
    const problems = [
      await reader.perform(blind).catch((failure: unknown) => failure),
      await reader.perform({ ...call, input: { requestId: 'no-id' } }).catch((failure: unknown) => failure),
    ];
    await reader.close();

    expect(problems).toMatchObject([{ code: 'scope-missing' }, { code: 'field-invalid' }]);
  });

  test('a read that is under way when the process ends is told so', async () => {
    const reader = createReader();
    const reading = reader.perform(call).catch((failure: unknown) => failure);
    await reader.close();

    expect(await reading).toMatchObject({ code: 'shutting-down' });
  });
});
