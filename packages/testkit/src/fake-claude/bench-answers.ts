import { toChunk, toHeadText } from './deliver.ts';
import type { WireRequest } from './http/connection.ts';
import type { Wire } from './http/wire.ts';
import { fill } from './message/create-message.ts';
import { textBlock } from './message/message.ts';
import { toEvents } from './message/to-events.ts';

/** Answers benches: pre-encoded bytes, no validation, nothing kept. Returns null where the model is not a bench model. */
export type AnswerBench = (request: WireRequest, wire: Wire) => Promise<unknown> | true | null;

type Prepared =
  | { readonly kind: 'json'; readonly bytes: Buffer }
  | { readonly kind: 'stream'; readonly frames: readonly Buffer[]; readonly whole: Buffer; readonly gapMs: number };

const mark = Buffer.from('"model":"fake-bench-');
const preparedMax = 100;

/**
 * `fake-bench-json-<bytes>` answers a JSON message of about that size, `fake-bench-sse-<events>-<gapMs>` a stream of that
 * many deltas (in one write where the gap is 0). The model must stand in the body as `"model":"fake-bench-…` without
 * spaces: it is found by a byte search, so that a 400 KB body costs no parse.
 */
export function createBenchAnswers(): AnswerBench {
  const prepared = new Map<string, Prepared>();
  return (request, wire) => {
    const at = request.body.indexOf(mark);
    if (at === -1) return null;
    const start = at + mark.length;
    const name = request.body.toString('latin1', start, request.body.indexOf(34, start));
    let answer = prepared.get(name);
    if (answer === undefined) {
      if (prepared.size >= preparedMax) prepared.clear();
      answer = prepare(name);
      prepared.set(name, answer);
    }
    if (answer.kind === 'stream' && answer.gapMs > 0) return sendPaced(answer.frames, answer.gapMs, wire);
    const sent = wire.send(answer.kind === 'json' ? answer.bytes : answer.whole);
    return typeof sent === 'boolean' ? true : sent;
  };
}

async function sendPaced(frames: readonly Buffer[], gapMs: number, wire: Wire): Promise<void> {
  for (const frame of frames) {
    if (!(await wire.send(frame)) || !(await wire.wait(gapMs))) return;
  }
}

function prepare(name: string): Prepared {
  const [kind, size = '0', gap = '0'] = name.split('-');
  const ids = [
    ['request-id', 'req_011FakeBench00000000001'],
    ['anthropic-organization-id', '00000000-0000-4000-8000-000000000001'],
  ] as const;
  if (kind === 'json') {
    const body = Buffer.from(JSON.stringify(toMessage(fill(Number(size)))));
    const head = toHeadText(200, [
      ['content-type', 'application/json'],
      ...ids,
      ['content-length', String(body.length)],
    ]);
    return { kind: 'json', bytes: Buffer.concat([Buffer.from(head), body]) };
  }
  const events = toEvents(toMessage(fill(Number(size) * 12)), { pings: 0 });
  const head = toHeadText(200, [
    ['content-type', 'text/event-stream; charset=utf-8'],
    ['cache-control', 'no-cache'],
    ...ids,
    ['transfer-encoding', 'chunked'],
  ]);
  const chunks = events.map(({ event, data }) =>
    toChunk(Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
  );
  const frames = [
    Buffer.concat([Buffer.from(head), ...chunks.slice(0, 1)]),
    ...chunks.slice(1),
    Buffer.from('0\r\n\r\n'),
  ];
  return { kind: 'stream', frames, whole: Buffer.concat(frames), gapMs: Number(gap) };
}

function toMessage(text: string) {
  return {
    id: 'msg_011FakeBench00000000001',
    type: 'message',
    role: 'assistant',
    model: 'fake-bench',
    content: [textBlock(text)],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 25, output_tokens: Math.ceil(text.length / 4) },
  } as const;
}
