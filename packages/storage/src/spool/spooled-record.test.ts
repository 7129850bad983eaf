import { expect, test } from 'bun:test';
import { NO_USAGE } from '@nexus/anthropic';
import { buildRecord } from '../../test/record.ts';
import { packBytes } from '../codec/codec.ts';
import { toSliceHash } from '../codec/hash.ts';
import { createFingerprintRecord } from '../linking/fingerprint-record.ts';
import { dropPayload, packRecord } from '../writer/pack-record.ts';
import { countBytes, parseFrame, toFrameParts } from './spooled-record.ts';

const record = packRecord(buildRecord(1), {
  packSlice: (hash, bytes) => ({ hash, rawBytes: bytes.byteLength, ...packBytes(bytes) }),
  fingerprintRecord: createFingerprintRecord(),
});

test('a frame gives its record back, with every slice', () => {
  const parsed = parseFrame(Buffer.concat(toFrameParts(record)));
  expect(parsed).toEqual(record);
  // The tool, the system text and the message.
  expect(parsed.slices).toHaveLength(3);
  expect(parsed.slices.map((slice) => slice.hash)).toEqual(record.slices.map((slice) => toSliceHash(slice.data)));
});

test('calls that were given up for another account are in the frame', () => {
  const call = { accountId: 'a', status: 200, outcome: 'cut', usage: NO_USAGE, cost: null } as const;
  const moved = { ...record, abandonedCalls: [call] };
  expect(parseFrame(Buffer.concat(toFrameParts(moved)))).toEqual(moved);
});

test('a record without payload is its facts alone, and says so', () => {
  const dropped = dropPayload(record);
  const parsed = parseFrame(Buffer.concat(toFrameParts(dropped)));
  const facts = { ...record.facts, payload: 'dropped' as const };
  const { fingerprint } = record;
  expect(parsed).toEqual({ facts, request: null, response: null, slices: [], fingerprint, windows: [] });
  expect(countBytes(dropped)).toBeLessThan(countBytes(record));
});

test('a frame from before requests were linked is taken as it is', () => {
  const [, json = new Uint8Array(), ...parts] = toFrameParts(record);
  const { fingerprint: _, ...head } = JSON.parse(new TextDecoder().decode(json));
  const old = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(old.byteLength);
  expect(parseFrame(Buffer.concat([length, old, ...parts]))).toEqual({ ...record, fingerprint: null });
});

test('a frame from before users and projects were read has neither', () => {
  const [, json = new Uint8Array(), ...parts] = toFrameParts(record);
  const { facts, ...head } = JSON.parse(new TextDecoder().decode(json));
  const { userId: _user, project: _project, ...earlier } = facts;
  const old = Buffer.from(JSON.stringify({ ...head, facts: earlier }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(old.byteLength);
  const parsed = parseFrame(Buffer.concat([length, old, ...parts]));
  expect(parsed.facts).toEqual({ ...record.facts, userId: null, project: null });
});

test('a frame of a later version is told, not guessed at', () => {
  const [, , ...parts] = toFrameParts(record);
  const json = Buffer.from(JSON.stringify({ version: 2, lengths: [] }));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(json.byteLength);
  expect(() => parseFrame(Buffer.concat([head, json, ...parts]))).toThrow(/unknown frame version 2/);
});
