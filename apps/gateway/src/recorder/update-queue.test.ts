import { expect, test } from 'bun:test';
import { createExchangeRecord, toBytes } from './test/exchange-record.ts';
import { createUpdateQueue } from './update-queue.ts';

const ROOMY = 1024 * 1024;

test('an exchange that begins and ends between two flushes is one update with its body handed over', () => {
  const queue = createUpdateQueue({ bytesMax: ROOMY });
  const record = createExchangeRecord();
  queue.begin(record.requestId, () => record, toBytes('shared with the data plane'));
  queue.keepPiece(record.requestId, { bytes: toBytes('one'), atMs: 0 });
  const body = toBytes('ours now');
  queue.end(record, body, [{ bytes: toBytes('two'), atMs: 5 }]);
  const { updates, load } = queue.take();
  expect(updates).toHaveLength(1);
  expect(updates[0]).toMatchObject({ ended: true, body, isBodyOurs: true, isPayloadDropped: false });
  expect(updates[0]?.pieces.map(({ length }) => length)).toEqual([3, 3]);
  expect(load.records).toBe(1);
});

test('a body that was sent at the beginning is not sent again at the end', () => {
  const queue = createUpdateQueue({ bytesMax: ROOMY });
  const record = createExchangeRecord();
  queue.begin(record.requestId, () => record, toBytes('body'));
  expect(queue.take().updates[0]).toMatchObject({ isBodyOurs: false, ended: false });
  queue.end(record, toBytes('body'), []);
  expect(queue.take().updates[0]).toMatchObject({ body: null, ended: true });
});

test('payload is given up before facts, facts before nothing, and both are counted', () => {
  const queue = createUpdateQueue({ bytesMax: 10_000 });
  const first = createExchangeRecord();
  queue.end(first, new Uint8Array(20_000), []);
  expect(queue.counts()).toMatchObject({ droppedPayloads: 1, droppedRecords: 0, records: 1 });
  for (let count = 0; count < 10; count += 1) queue.end(createExchangeRecord(), null, []);
  expect(queue.counts().isDroppingPayload).toBe(true);
  const { droppedRecords, records, bytes } = queue.counts();
  expect(droppedRecords + records).toBe(11);
  expect(droppedRecords).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(12_500);
  const { updates } = queue.take();
  expect(updates.find(({ requestId }) => requestId === first.requestId)).toMatchObject({
    body: null,
    isPayloadDropped: true,
  });
});

test('what was sent counts as queued until the worker has it', () => {
  const queue = createUpdateQueue({ bytesMax: 10_000 });
  queue.end(createExchangeRecord(), new Uint8Array(5000), []);
  const { load } = queue.take();
  queue.end(createExchangeRecord(), new Uint8Array(5000), []);
  expect(queue.counts().droppedPayloads).toBe(1);
  queue.settle(load);
  queue.take();
  queue.end(createExchangeRecord(), new Uint8Array(5000), []);
  expect(queue.counts()).toMatchObject({ droppedPayloads: 1, records: 2 });
});

test('the end of an exchange that the worker knows is always taken, so that it never stays open', () => {
  const queue = createUpdateQueue({ bytesMax: 5000 });
  const record = createExchangeRecord();
  queue.begin(record.requestId, () => record, null);
  queue.take();
  while (queue.counts().droppedRecords === 0) queue.end(createExchangeRecord(), null, []);
  queue.end(record, null, []);
  expect(queue.take().updates.some(({ requestId, ended }) => requestId === record.requestId && ended)).toBe(true);
});

test('after the worker died, bodies are sent again and lost pieces are told', () => {
  const queue = createUpdateQueue({ bytesMax: ROOMY });
  const whole = createExchangeRecord();
  const damaged = createExchangeRecord();
  queue.begin(whole.requestId, () => whole, toBytes('body'));
  queue.begin(damaged.requestId, () => damaged, toBytes('body'));
  queue.keepPiece(damaged.requestId, { bytes: toBytes('lost'), atMs: 0 });
  queue.take();
  expect(queue.listOpen()).toEqual([whole.requestId, damaged.requestId]);
  queue.forgetSent();
  queue.end(whole, toBytes('body'), []);
  queue.end(damaged, toBytes('body'), []);
  const { updates } = queue.take();
  expect(updates.map(({ body, isTorn }) => [body !== null, isTorn])).toEqual([
    [true, false],
    [true, true],
  ]);
  expect(queue.counts().droppedPayloads).toBe(1);
});

test('an exchange stays known as running however often the worker dies, and as ending until a worker took its end', () => {
  const queue = createUpdateQueue({ bytesMax: ROOMY });
  const running = createExchangeRecord();
  const ending = createExchangeRecord();
  queue.begin(running.requestId, () => running, null);
  queue.begin(ending.requestId, () => ending, null);
  queue.take();
  queue.forgetSent();
  queue.forgetSent();
  expect(queue.listOpen()).toEqual([running.requestId, ending.requestId]);
  queue.end(ending, null, []);
  const { load } = queue.take();
  expect(queue.listOpen()).toEqual([running.requestId, ending.requestId]);
  queue.settle(load);
  expect(queue.listOpen()).toEqual([running.requestId]);
});

test('what is known of a running exchange is said anew, with its body only to a worker that has none', () => {
  const queue = createUpdateQueue({ bytesMax: ROOMY });
  const record = createExchangeRecord({ status: null });
  queue.begin(record.requestId, () => record, toBytes('body'));
  queue.take();
  expect(queue.knows(record.requestId)).toBe(true);
  queue.refresh(record.requestId, () => ({ ...record, status: 200 }), toBytes('body'));
  expect(queue.take().updates[0]).toMatchObject({ body: null, ended: false });
  queue.forgetSent();
  expect(queue.knows(record.requestId)).toBe(false);
  queue.refresh(record.requestId, () => record, toBytes('body'));
  expect(queue.take().updates[0]?.body).toEqual(toBytes('body'));
  expect(queue.knows(record.requestId)).toBe(true);
});
