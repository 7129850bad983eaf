import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { findRequest, rebuildRequestBody } from '@nexus/storage';
import { createRequestBody } from '../../src/recorder/test/exchange-record.ts';
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
}, 40_000);

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
