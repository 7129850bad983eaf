import { describe, expect, test } from 'bun:test';
import { buildGraph, decideLink } from '../src/index.ts';
import { link, send } from './send.ts';
import { RULES } from './write-down.ts';

describe('situation → where requests belong', () => {
  test('linear turns: one conversation, on main', () => {
    const a = send('a', { said: ['Hi'] });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'] });
    const c = send('c', { said: ['Hi', 'answer to a', 'Go on', 'answer to b', 'More'] });
    expect(link(a, b, c)).toEqual({ a: 'A main root -', b: 'A main continues a', c: 'A main continues b' });
  });

  test('alternative second turn: a branch of its own; three at once never share a name', () => {
    const a = send('a', { said: ['Hi'] });
    const at = { startedAtMs: a.startedAtMs + 10 };
    const forks = ['b', 'c', 'd', 'e'].map((id) => send(id, { said: ['Hi', 'answer to a', `Go ${id}`], ...at }));
    expect(link(a, ...forks)).toEqual({
      a: 'A main root -',
      b: 'A main continues a',
      c: 'A branch_… forks a',
      d: 'A branch_… forks a',
      e: 'A branch_… forks a',
    });
    const names = [...buildGraph([a, ...forks], RULES).values()].map(({ branch }) => branch);
    expect(new Set(names).size).toBe(4);
  });

  test('an identical retry of a turn: the same branch, marked, and the next turn follows the answer it carries', () => {
    const a = send('a', { said: ['Hi'] });
    const b1 = send('b1', { said: ['Hi', 'answer to a', 'Go on'] });
    const b2 = send('b2', { said: ['Hi', 'answer to a', 'Go on'] });
    const c = send('c', { said: ['Hi', 'answer to a', 'Go on', 'answer to b1', 'More'] });
    expect(link(a, b1, b2, c)).toEqual({
      a: 'A main root -',
      b1: 'A main continues a',
      b2: 'A main retries a',
      c: 'A main continues b1',
    });
  });

  test('the same first message sent again: another conversation; later turns follow the answer they carry', () => {
    const a = send('a', { said: ['Hi'] });
    const b = send('b', { said: ['Hi'] });
    const a2 = send('a2', { said: ['Hi', 'answer to a', 'Go on'] });
    const b2 = send('b2', { said: ['Hi', 'answer to b', 'Go on'] });
    const lost = send('lost', { said: ['Hi', 'answer to nobody seen', 'Go on'] });
    expect(link(a, b, a2, b2, lost)).toEqual({
      a: 'A main root -',
      b: 'B main root -',
      a2: 'A main continues a',
      b2: 'B main continues b',
      lost: 'C main root -',
    });
  });

  test('the same first message in other sessions: other conversations, even with the same answer', () => {
    const a = send('a', { said: ['Hi'], answer: 'Hello', sessionId: 's1' });
    const b = send('b', { said: ['Hi'], answer: 'Hello', sessionId: 's2' });
    const a2 = send('a2', { said: ['Hi', 'Hello', 'Go on'], sessionId: 's1' });
    const b2 = send('b2', { said: ['Hi', 'Hello', 'Go on'], sessionId: 's2' });
    expect(link(a, b, a2, b2)).toEqual({
      a: 'A main root -',
      b: 'B main root -',
      a2: 'A main continues a',
      b2: 'B main continues b',
    });
  });

  test('a first message that got no answer, sent again soon: a retry; an hour later: another conversation', () => {
    const a = send('a', { said: ['Hi'], outcome: 'failed', answer: null });
    const soon = send('soon', { said: ['Hi'] });
    const late = send('late', { said: ['Hi'], startedAtMs: a.startedAtMs + 3_600_000 });
    expect(link(a, soon)).toEqual({ a: 'A main root -', soon: 'A main retries -' });
    expect(link(a, late)).toEqual({ a: 'A main root -', late: 'B main root -' });
  });

  test('parent lost, grandparent stored; even five turns lost', () => {
    const said = ['Hi', 'answer to a', ...Array.from({ length: 10 }, (_, at) => `word ${at}`), 'Last'];
    expect(link(send('a', { said: ['Hi'] }), send('z', { said }))).toEqual({
      a: 'A main root -',
      z: 'A main continues a',
    });
  });

  test('an interrupted turn whose message is sent again with the next one in it', () => {
    const first = { type: 'text', text: 'Hi' };
    const a = send('a', { said: ['Hi'], outcome: 'aborted', answer: null });
    const b = send('b', {
      said: [[first, { type: 'text', text: '[Request interrupted by user]' }, { type: 'text', text: 'No, this' }]],
    });
    expect(link(a, b)).toEqual({ a: 'A main root -', b: 'A main continues a' });
  });

  test('a prefilled answer belongs to its turn', () => {
    const a = send('a', { said: ['Hi'] });
    const b = send('b', { said: ['Hi', 'answer to a', 'As JSON', '{'] });
    const c = send('c', { said: ['Hi', 'answer to a', 'As JSON', '{"x":1}', 'Thanks'] });
    expect(link(a, b, c)).toEqual({ a: 'A main root -', b: 'A main continues a', c: 'A main continues b' });
  });

  test('an edited answer still links behind an answer that is proof', () => {
    const a = send('a', { said: ['Hi'] });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'] });
    const c = send('c', { said: ['Hi', 'answer to a', 'Go on', 'an answer rolled back', 'More'] });
    expect(link(a, b, c)).toMatchObject({ c: 'A main continues b' });
  });

  test('the same messages on another domain: another conversation', () => {
    const a = send('a', { said: ['Hi'], sessionId: 's' });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'], sessionId: 's', domain: 'blue.example' });
    expect(link(a, b)).toEqual({ a: 'A main root -', b: 'B main root -' });
  });

  test('a session resumed under another id stays in its conversation', () => {
    const a = send('a', { said: ['Hi'], sessionId: 's1' });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'], sessionId: 's2' });
    const probe = send('probe', { said: ['quota'], sessionId: 's2', kind: 'quota-probe' });
    expect(link(a, b, probe)).toEqual({ a: 'A main root -', b: 'A main continues a', probe: 'A - attached -' });
  });

  test('what cannot be read is stored with its session and says why', () => {
    const a = send('a', { said: ['Hi'], sessionId: 's' });
    const odd = send('odd', { messages: [{ role: 'robot', content: 'x' }], sessionId: 's' });
    const empty = send('empty', { messages: [] });
    expect(link(a, odd, empty)).toEqual({ a: 'A main root -', odd: 'A - attached -', empty: 'B - attached -' });
    expect(buildGraph([odd], RULES).get('odd')?.because).toBe(
      'cannot be linked (unknown-role); belongs to its session',
    );
  });

  test('a count of tokens stands beside the turn it carries the messages of, and is none', () => {
    const a = send('a', { said: ['Hi'] });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'] });
    const counted = send('counted', { said: ['Hi', 'answer to a', 'Go on'], kind: 'count-tokens' });
    const c = send('c', { said: ['Hi', 'answer to a', 'Go on', 'answer to b', 'More'] });
    expect(link(a, b, counted, c)).toMatchObject({ counted: 'A - attached b', c: 'A main continues b' });
  });
});

describe('compactions', () => {
  const words = 'Every boat in the harbour was counted. '.repeat(8);
  const opening =
    'This session is being continued from a previous conversation that ran out of context. The conversation is summarized below:\n';
  const a = send('a', { said: ['Hi'] });
  const ask = send('ask', {
    said: ['Hi', 'answer to a', 'CRITICAL: Respond with TEXT ONLY'],
    kind: 'compaction',
    answer: `<analysis>x</analysis><summary>${words}</summary>`,
  });
  const next = send('next', { said: [`${opening}Summary:\n${words}`] });
  const later = send('later', { said: [`${opening}Summary:\n${words}`, 'answer to next', 'More'] });

  test('go on as a segment of the same conversation', () => {
    expect(link(a, ask, next, later)).toEqual({
      a: 'A main root -',
      ask: 'A main continues a',
      next: 'A compact_… compacts ask',
      later: 'A compact_… continues next',
    });
  });

  test('that were given up leave main to the next turn', () => {
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'] });
    expect(link(a, ask, b)).toMatchObject({ b: 'A main continues a' });
  });

  test('whose first request was lost are still found by the summary', () => {
    expect(link(a, ask, later)).toMatchObject({ later: 'A compact_… compacts ask' });
  });

  test('that carry only the end of a conversation too long to be sent stand behind the latest turn of their session', () => {
    const session = { sessionId: 's' };
    const own = send('own', { said: ['Hi'], ...session });
    const other = send('other', { said: ['Look'], agentId: 'x', ...session });
    const tip = send('tip', { said: ['Hi', 'answer to own', 'Go on'], outcome: 'upstream-error', ...session });
    const cut = (id: string, asked: string) =>
      send(id, {
        said: ['[earlier conversation truncated for compaction retry]', 'answer to own', asked],
        kind: 'compaction',
        answer: `<summary>${'Every boat was counted. '.repeat(8)}</summary>`,
        ...session,
      });
    const summed = cut('summed', 'CRITICAL: Respond with TEXT ONLY');
    const after = send('after', {
      said: [`${opening}${'Every boat was counted. '.repeat(8)}\nPlease continue the conversation`, 'ok', 'More'],
      ...session,
    });
    expect(link(own, other, tip, summed, after)).toEqual({
      own: 'A main root -',
      other: 'A subtask_1 sub-agent own',
      tip: 'A main continues own',
      summed: 'A main continues tip',
      after: 'A compact_… compacts summed',
    });
    const ofAgent = { ...cut('ofAgent', 'CRITICAL: Respond again'), agentId: 'x' };
    expect(link(own, other, tip, ofAgent)).toMatchObject({ ofAgent: 'A subtask_1 continues other' });
  });

  test('whose summary nobody saw stay in their session', () => {
    const session = { sessionId: 's' };
    const own = send('own', { said: ['Hi'], ...session });
    expect(link(own, send('on', { said: [`${opening}Summary: lost.`], ...session }))).toMatchObject({
      on: 'A compact_… compacts own',
    });
    expect(link(a, send('on', { said: [`${opening}Summary: lost.`] }))).toMatchObject({ on: 'B main root -' });
  });

  test('by Claude itself begin a segment, be the old messages kept or dropped', () => {
    const block = { type: 'compaction', content: 'All before in short.' };
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'], answer: [block, { type: 'text', text: 'Done' }] });
    const kept = send('kept', {
      said: ['Hi', 'answer to a', 'Go on', [block, { type: 'text', text: 'Done' }], 'More'],
    });
    const dropped = send('dropped', { said: [null, [block, { type: 'text', text: 'Done' }], 'Else'] });
    expect(link(a, b, kept, dropped)).toMatchObject({
      kept: 'A compact_… compacts b',
      dropped: 'A compact_… compacts b',
    });
  });
});

test('a decision says why, and whether anything else must be looked at', () => {
  const a = send('a', { said: ['Hi'] });
  const linked = buildGraph([a], RULES).get('a');
  const candidates = linked === undefined ? [] : [{ fingerprint: a, link: linked, continuedBy: null }];
  const b = send('b', { said: ['Hi', 'answer to a', 'Go on'] });
  const known = { candidates, branchesOf: () => undefined, rules: RULES };
  expect(decideLink(b, known)).toEqual({
    kind: 'append',
    link: {
      relation: 'continues',
      parentRequestId: 'a',
      retryOf: null,
      launchedBy: null,
      linkSource: 'prefix',
      because: 'begins with the whole conversation of its parent, and carries its answer',
      branch: 'main',
      depth: 2,
      launchOrder: null,
      requestId: 'b',
      conversationId: linked?.conversationId ?? '',
    },
  });
  const early = send('early', { said: ['Hi'], startedAtMs: 1_700_000_000_000 });
  expect(decideLink(early, known)).toMatchObject({ kind: 'relink', because: 'a later request is recorded already' });
});

test('conversations have version 8 UUIDs that depend on the domain', () => {
  const ids = ['red.example', 'blue.example'].map((domain) => {
    return buildGraph([send('a', { said: ['Hi'], sessionId: 's', domain })], RULES).get('a')?.conversationId;
  });
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids[0]).not.toBe(ids[1] ?? '');
});
