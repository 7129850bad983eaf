/**
 * What the wire package costs on the main thread, beside parsing: `bun bench/anthropic.ts`. Ratios carry over to other
 * machines, figures do not. Each line is the best of nine rounds, so that neighbours on the machine count least.
 */
import {
  createAnswerObserver,
  joinBody,
  maskHeaders,
  scanTopLevel,
  splitBody,
  toUpstreamHeaders,
} from '@nexus/anthropic';
import { buildClaudeCodeTurn } from '../fixtures/claude-code-turn/build-turn.ts';

const ROUNDS = 9;
const ROUND_MS = 40;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Microseconds that one call of `work` takes. */
function measure(work: () => unknown): number {
  const calls = Math.max(1, Math.round(ROUND_MS / (timeOf(work, 20) / 1000)));
  return Math.min(...Array.from({ length: ROUNDS }, () => timeOf(work, calls)));
}

function timeOf(work: () => unknown, calls: number): number {
  const start = performance.now();
  for (let call = 0; call < calls; call++) work();
  return ((performance.now() - start) * 1000) / calls;
}

function print(name: string, microseconds: number, beside: { name: string; microseconds: number } | null): void {
  const ratio = beside === null ? '' : `${(microseconds / beside.microseconds).toFixed(2)}x ${beside.name}`;
  console.log(`${name.padEnd(44)}${microseconds.toFixed(2).padStart(10)} µs   ${ratio}`);
}

function benchBody(name: string, body: Uint8Array): void {
  const size = `${Math.round(body.length / 1000)} KB`;
  console.log(`\n${name}, ${size}`);
  const parse = { name: 'JSON.parse', microseconds: measure(() => JSON.parse(decoder.decode(body))) };
  print('JSON.parse', parse.microseconds, null);
  print(
    'scanTopLevel',
    measure(() => scanTopLevel(body)),
    parse,
  );
  const split = splitBody(body);
  if (split === null) throw new Error(`${name} cannot be split`);
  print(
    'splitBody',
    measure(() => splitBody(body)),
    parse,
  );
  print(
    'joinBody',
    measure(() => joinBody(split)),
    parse,
  );
  const kept = split.skeleton.length;
  console.log(`skeleton ${kept} bytes of ${body.length}, ${split.slices.length} slices`);
}

const EVENTS = 100;

function benchStream(): void {
  const words = Array.from({ length: EVENTS }, (_, at) => ` word ${at} of it`);
  const deltas = words.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }));
  const frames = deltas.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const whole = encoder.encode(frames.join(''));
  const pieces = frames.map((frame) => encoder.encode(frame));
  const uneven = pieces.map((_, at) => whole.subarray(at * 137, (at + 1) * 137));
  console.log(`\nSSE, ${EVENTS} deltas, per event`);
  const parse = { name: 'decode, split and parse', microseconds: measure(() => parseEvents(whole)) / EVENTS };
  print('decode, split and parse', parse.microseconds, null);
  const observe = (name: string, bytes: readonly Uint8Array[]): void => {
    const observer = createAnswerObserver({ stream: true });
    print(name, measure(() => bytes.forEach((piece) => observer.push(piece))) / EVENTS, parse);
  };
  observe('observer, all events in one piece', [whole]);
  observe('observer, one event a piece', pieces);
  observe('observer, pieces that cut events', uneven);
}

function parseEvents(bytes: Uint8Array): number {
  let events = 0;
  for (const frame of decoder.decode(bytes).split('\n\n')) {
    const data = frame.split('\n').find((line) => line.startsWith('data: '));
    if (data !== undefined && JSON.parse(data.slice(6)) !== null) events += 1;
  }
  return events;
}

function benchHeaders(): void {
  const headers = new Headers({
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27',
    'anthropic-version': '2023-06-01',
    authorization: 'Bearer nx_live_0123456789abcdef0123456789abcdef',
    connection: 'keep-alive',
    'content-type': 'application/json',
    host: '127.0.0.1:3000',
    'user-agent': 'claude-cli/2.1.329 (external, sdk-cli)',
    'x-app': 'cli',
    'x-claude-code-session-id': '7d9d1d3c-2a61-4a0e-9a0b-5a2f6f0c1e42',
    ...Object.fromEntries(['lang', 'os', 'arch', 'runtime'].map((name) => [`x-stainless-${name}`, 'x'])),
  });
  console.log('\nHeaders of one request');
  const credential = { kind: 'api-key', key: 'sk-ant-api03-x' } as const;
  const copy = { name: 'copying them', microseconds: measure(() => new Headers(headers)) };
  print('copying them', copy.microseconds, null);
  print(
    'toUpstreamHeaders',
    measure(() => toUpstreamHeaders(headers, { credential, clientKey: null })),
    copy,
  );
  print(
    'maskHeaders (in the recorder)',
    measure(() => maskHeaders(headers)),
    copy,
  );
}

benchBody('Claude Code, first turn', buildClaudeCodeTurn());
benchBody('Claude Code, turn 120', buildClaudeCodeTurn({ turns: 120 }));
benchStream();
benchHeaders();
