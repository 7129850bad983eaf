import { expect, test } from 'bun:test';
import type { KeyUse } from '@nexus/storage';
import { createUseNotes } from './use-notes.ts';

function aWorld() {
  const saved: (readonly KeyUse[])[] = [];
  let works = true;
  const notes = createUseNotes(async (uses) => {
    if (works) saved.push(uses);
    return works;
  });
  return { saved, notes, setWorks: (value: boolean) => (works = value) };
}

test('the first use of a key is saved at the next look, and those that follow once a minute', async () => {
  const { notes, saved } = aWorld();
  notes.note('a', 1_000);
  await notes.saveDue(1_500);
  for (let atMs = 2_000; atMs < 61_500; atMs += 500) {
    notes.note('a', atMs);
    await notes.saveDue(atMs);
  }
  expect(saved).toEqual([[{ keyId: 'a', usedAtMs: 1_000 }]]);
  notes.note('b', 61_400);
  await notes.saveDue(61_500);
  expect(saved[1]).toEqual([
    { keyId: 'a', usedAtMs: 61_000 },
    { keyId: 'b', usedAtMs: 61_400 },
  ]);
  await notes.saveDue(62_000);
  expect(saved).toHaveLength(2);
});

test('what could not be saved is told again, with the latest instant', async () => {
  const { notes, saved, setWorks } = aWorld();
  setWorks(false);
  notes.note('a', 1_000);
  notes.note('b', 1_000);
  await notes.saveDue(1_000);
  notes.note('a', 2_000);
  setWorks(true);
  await notes.saveDue(2_000);
  expect(saved.flat().toSorted((one, other) => one.keyId.localeCompare(other.keyId))).toEqual([
    { keyId: 'a', usedAtMs: 2_000 },
    { keyId: 'b', usedAtMs: 1_000 },
  ]);
});

test('at the end everything is saved, also what waits for its minute', async () => {
  const { notes, saved } = aWorld();
  notes.note('a', 1_000);
  await notes.saveDue(1_000);
  notes.note('a', 2_000);
  await notes.saveAll();
  await notes.saveAll();
  expect(saved.flat().map(({ usedAtMs }) => usedAtMs)).toEqual([1_000, 2_000]);
});
