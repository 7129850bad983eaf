import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { buildClaudeCodeTurn } from '../../../fixtures/claude-code-turn/build-turn.ts';
import { joinBody, scanTopLevel, splitBody } from '../src/index.ts';
import { isObject } from '../src/json/is-object.ts';
import { listFixtures } from './fixtures.ts';
import { arbitraryBody } from './arbitrary-body.ts';

const bodies = [
  ...listFixtures('bodies', '.json'),
  { name: 'claude-code-turn', bytes: buildClaudeCodeTurn() },
  { name: 'claude-code-turn of 30 turns', bytes: buildClaudeCodeTurn({ turns: 30 }) },
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function expectJoinsBack(body: Uint8Array): void {
  const split = splitBody(body);
  if (split === null) throw new Error('the body was not split');
  if (sha256(joinBody(split)) !== sha256(body)) throw new Error(`joins otherwise: ${decoder.decode(body)}`);
}

/** What a parser of today's upstreams finds at the top level of `body`; the last of duplicate keys. */
function readTopLevel(body: Uint8Array): { model: unknown; stream: boolean; userId: unknown } {
  const parsed: unknown = JSON.parse(decoder.decode(body));
  const fields = isObject(parsed) ? parsed : {};
  const metadata = isObject(fields['metadata']) ? fields['metadata'] : {};
  return {
    model: fields['model'] ?? null,
    stream: fields['stream'] === true,
    userId: metadata['user_id'] ?? null,
  };
}

describe.each(bodies)('body $name', ({ bytes }) => {
  test('is joined to the same SHA-256 that was split', () => {
    expectJoinsBack(bytes);
  });

  test('is scanned as a parser reads it', () => {
    const scan = scanTopLevel(bytes);
    const { model, stream, userId } = readTopLevel(bytes);
    expect(scan).toMatchObject({ ok: true, model, stream, metadataUserId: userId });
  });

  test('cut short at any byte it is refused with an offset inside it, and never splits wrongly', () => {
    const step = Math.max(1, Math.floor(bytes.length / 400));
    const trimmed = decoder.decode(bytes).trimEnd();
    const end = encoder.encode(trimmed).length;
    for (let at = 0; at < end; at += step) {
      const cut = bytes.subarray(0, at);
      const scan = scanTopLevel(cut);
      if (scan.ok) throw new Error(`accepted when cut at ${at}`);
      expect(scan.offset).toBeLessThanOrEqual(at);
      expect(splitBody(cut)).toBeNull();
    }
  });
});

test('1,000 generated bodies are joined to the same SHA-256, scanned as a parser reads them', () => {
  fc.assert(
    fc.property(arbitraryBody, (text) => {
      const body = encoder.encode(text);
      expectJoinsBack(body);
      const { model, stream, userId } = readTopLevel(body);
      const scan = scanTopLevel(body);
      expect(scan).toMatchObject({ ok: true, model, stream, metadataUserId: userId });
    }),
    { numRuns: 1000 },
  );
});

test('moving the cache markers of a conversation changes no slice', () => {
  const unmarked = decoder
    .decode(buildClaudeCodeTurn({ turns: 12 }))
    .replaceAll(',"cache_control":{"type":"ephemeral"}', '');
  const plain = splitBody(encoder.encode(unmarked));
  const borders = [...unmarked.matchAll(/(?<=[^\\]")\}/g)].map(({ index }) => index);
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...borders), { minLength: 1, maxLength: 4 }), (places) => {
      const marked = places
        .sort((a, b) => b - a)
        .reduce((text, at) => `${text.slice(0, at)},"cache_control":{"type":"ephemeral"}${text.slice(at)}`, unmarked);
      const body = encoder.encode(marked);
      expectJoinsBack(body);
      expect(splitBody(body)?.slices).toEqual(plain?.slices ?? []);
    }),
    { numRuns: 100 },
  );
});

test('4,000 bodies with random bytes changed never throw, and join back wherever they split', () => {
  const originals = bodies.map(({ bytes }) => bytes).filter((bytes) => bytes.length < 20_000);
  const mutation = fc.record({
    original: fc.constantFrom(...originals),
    edits: fc.array(
      fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(...encoder.encode('"\\{}[],: '))) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    cut: fc.option(fc.nat(), { nil: undefined, freq: 4 }),
  });
  fc.assert(
    fc.property(mutation, ({ original, edits, cut }) => {
      const body = original.slice(0, cut === undefined ? original.length : cut % original.length);
      for (const { at, byte } of edits) {
        if (body.length > 0) body[at % body.length] = byte;
      }
      const scan = scanTopLevel(body);
      if (scan.ok) expect(scan.opening.length).toBeLessThanOrEqual(4 * 8192);
      if (splitBody(body) !== null) expectJoinsBack(body);
    }),
    { numRuns: 4000 },
  );
});
