import { afterAll, beforeAll, expect, test } from 'bun:test';
import { RequestDetail } from '@nexus/contract';
import { connectRaw, eachAtOnce, toRawRequest, until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from './recorded-world.ts';

// Some thousands of exchanges, one after the other on a machine that has other things to do.
const boundMs = 240_000;
const concurrency = 12;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

// Many scripts and CRLF: an offset falls into a character, a line break, an escape and a frame border sooner or later.
const model = 'fake-unicode+crlf';

test(
  'a stream split at every byte offset passes with equal bytes, and is recorded as the same message',
  async () => {
    const whole = await read({});
    const offsets = Array.from(
      { length: whole.text.length === 0 ? 0 : whole.bytes.length - 1 },
      (_unused, at) => at + 1,
    );
    await eachAtOnce(offsets, concurrency, async (offset) => {
      const split = await readSplit(offset);
      if (split.text !== whole.text) expect([offset, split.text]).toEqual([offset, whole.text]);
    });
    const rows = await world.recordedByQuery((byQuery) => offsets.every((offset) => byQuery.has(`?split=${offset}`)));
    const expected = toComparable(await detail(findRow(rows, '').requestId));
    await eachAtOnce(offsets, concurrency, async (offset) => {
      const found = await detail(findRow(rows, `?split=${offset}`).requestId);
      const recorded = toComparable(found);
      if (found.responseTimings.length !== 2) expect([offset, found.responseTimings.length]).toEqual([offset, 2]);
      if (!Bun.deepEquals(recorded, expected)) expect([offset, recorded]).toEqual([offset, expected]);
    });
    expect(expected.facts).toMatchObject({ outcome: 'completed', stopReason: 'end_turn', usageEstimated: false });
  },
  boundMs,
);

test(
  'a stream in chunks of one byte passes with equal bytes',
  async () => {
    const whole = await read({});
    const tiny = await read({ 'x-fake-chunk': '1' });
    expect(tiny.text).toBe(whole.text);
  },
  boundMs,
);

test(
  'a stream whose connection ends early gives its caller what there was, and a cut, and is recorded like that',
  async () => {
    const whole = await read({});
    const offsets = Array.from({ length: Math.floor(whole.bytes.length / 41) }, (_unused, index) => index * 41 + 1);
    await eachAtOnce(offsets, concurrency, async (offset) => {
      const { body, isComplete } = await readCut(offset);
      expect([offset, body, isComplete]).toEqual([offset, whole.text.slice(0, offset), false]);
    });
    const rows = await world.recordedByQuery((byQuery) => offsets.every((offset) => byQuery.has(`?cut=${offset}`)));
    for (const offset of offsets) {
      const row = findRow(rows, `?cut=${offset}`);
      expect([offset, row.outcome, row.responseBytes]).toEqual([offset, 'cut', offset]);
    }
  },
  boundMs,
);

/** Message ids differ from answer to answer; everything else is compared byte for byte (as Latin-1). */
function normalise(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/(?<=msg_011Fake)\w+/g, (rest) => 'X'.repeat(rest.length));
}

async function read(headers: Readonly<Record<string, string>>) {
  const bytes = Buffer.from(await (await send(headers)).arrayBuffer());
  return { bytes, text: normalise(bytes) };
}

/** The fake sends nothing behind `offset` before we have all that is in front of it: nobody on the way can join the pieces. */
async function readSplit(offset: number): Promise<{ text: string }> {
  const gate = offset;
  const answer = await send({ 'x-fake-split': String(offset), 'x-fake-gate': String(gate) }, `?split=${offset}`);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes === offset) world.fake.openGate(gate);
  }
  return { text: normalise(Buffer.concat(pieces)) };
}

function send(headers: Readonly<Record<string, string>>, query = ''): Promise<Response> {
  return fetch(`${world.gateway.proxyUrl}/v1/messages${query}`, {
    method: 'POST',
    headers: { ...standingHeaders, ...headers },
    body,
  });
}

/**
 * The body of a chunked answer whose connection ends once `offset` bytes of it are here, read without an HTTP client, which
 * would hide how it ended. What comes together with the end of a connection `fetch` may give up (docs/decisions/0014).
 */
async function readCut(offset: number): Promise<{ body: string; isComplete: boolean }> {
  const gate = GATE_OF_CUTS + offset;
  const connection = await connectRaw(world.gateway.proxyUrl);
  const breaking = { 'x-fake-cut': String(offset), 'x-fake-gate': String(gate) };
  const headers = Object.entries({ host: 'localhost', ...standingHeaders, ...breaking });
  await connection.write(toRawRequest(`/v1/messages?cut=${offset}`, body, headers));
  const seen = () => (readChunks(connection.received()).body.length >= offset ? true : null);
  await until('what was before the cut', seen, boundMs);
  world.fake.openGate(gate);
  await connection.closed;
  return readChunks(connection.received());
}

/** Gates below are those of splits. */
const GATE_OF_CUTS = 50_000;

function readChunks(received: Buffer): { body: string; isComplete: boolean } {
  const answer = received.toString('latin1');
  const headEnd = answer.indexOf('\r\n\r\n');
  const chunks = headEnd === -1 ? '' : answer.slice(headEnd + 4);
  let text = '';
  let isComplete = false;
  for (let at = 0; at < chunks.length && !isComplete;) {
    const lineEnd = chunks.indexOf('\r\n', at);
    if (lineEnd === -1) break;
    const size = Number.parseInt(chunks.slice(at, lineEnd), 16);
    text += chunks.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
    isComplete = size === 0;
  }
  return { body: normalise(Buffer.from(text, 'latin1')), isComplete };
}

const standingHeaders = {
  'x-api-key': 'sk-ant-test',
  'anthropic-version': '2023-06-01',
  'content-type': 'application/json',
};

const body = JSON.stringify({
  model,
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'Say it in many scripts.' }],
});

function findRow<T>(rows: ReadonlyMap<string, T>, query: string): T {
  const row = rows.get(query);
  if (row === undefined) throw new Error(`${query} was not recorded`);
  return row;
}

async function detail(requestId: string): Promise<RequestDetail> {
  return RequestDetail.parse(await world.gateway.ask(`/api/requests/${requestId}`));
}

/** What must be the same for every split: the message, its facts, and nothing that depends on time or identity. */
function toComparable({ request, responseBody }: RequestDetail) {
  const { outcome, stopReason, usage, usageEstimated, responseBytes, status, toolNames, model: asked } = request;
  const message = JSON.stringify(responseBody?.json ?? null).replaceAll(/msg_011Fake\w{17}/g, 'msg');
  const facts = { outcome, stopReason, usage, usageEstimated, responseBytes, status, toolNames, asked };
  return { facts, message };
}
