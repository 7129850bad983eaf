import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, nat, property } from 'fast-check';
import { createJournalFile, listJournals, readJournal, toRequestId } from './journal.ts';
import { createExchangeRecord, toBytes } from './test/exchange-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexus-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a journal gives back what was written, in order', () => {
  const record = createExchangeRecord();
  const journal = createJournalFile(join(folder, 'order'), record.requestId);
  journal.addRecord(record);
  journal.addRequestBody(toBytes('the body'));
  journal.addPieces([
    { atMs: 0, bytes: toBytes('one') },
    { atMs: 2.5, bytes: toBytes('two') },
  ]);
  expect(journal.read()).toMatchObject({ record, ended: false });
  journal.addEnd({ ...record, outcome: 'cut' });
  journal.close();
  expect(listJournals(join(folder, 'order')).map(toRequestId)).toEqual([record.requestId]);
  const content = readJournal(journal.path);
  expect(content).toMatchObject({ record: { outcome: 'cut' }, ended: true });
  expect(content.pieces.map(({ atMs, bytes }) => [atMs, Buffer.from(bytes).toString()])).toEqual([
    [0, 'one'],
    [2.5, 'two'],
  ]);
  journal.remove();
  expect(listJournals(join(folder, 'order'))).toEqual([]);
});

test('a folder that never was holds no journals', () => {
  expect(listJournals(join(folder, 'never'))).toEqual([]);
});

test('a journal torn at any byte, or followed by zeros, gives its whole frames', () => {
  const record = createExchangeRecord();
  const journal = createJournalFile(join(folder, 'torn'), record.requestId);
  journal.addRecord(record);
  journal.addPieces(Array.from({ length: 20 }, (_, index) => ({ atMs: index, bytes: toBytes(`piece ${index}`) })));
  journal.close();
  const whole = readFileSync(journal.path);
  const path = join(folder, 'torn', 'cut.journal');
  assert(
    property(nat(whole.byteLength), nat(64), (length, zeros) => {
      writeFileSync(path, Buffer.concat([whole.subarray(0, length), Buffer.alloc(zeros)]));
      const { record: found, pieces } = readJournal(path);
      if (pieces.length > 0) expect(found).toEqual(record);
      expect(pieces.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
        pieces.map((_, index) => `piece ${index}`),
      );
    }),
    { numRuns: 200 },
  );
});
