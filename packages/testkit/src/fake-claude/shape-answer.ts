import type { Answer, Step } from './answer.ts';
import type { Behaviour } from './behaviour.ts';
import { encodeSteps } from './encode-steps.ts';

type Steps = Answer['steps'];

/** Encodes an answer and cuts it into the pieces, pauses and endings that were asked for. */
export function shapeAnswer(answer: Answer, behaviour: Behaviour): Answer {
  const headers = [...answer.headers, ...(behaviour.cookies ? cookieHeaders : [])];
  let { framing, steps } = answer;
  if (behaviour.ending.kind === 'short') {
    framing = { kind: 'length', bytes: toLength(steps) + behaviour.ending.missingBytes };
  }
  if (behaviour.encoding !== null) {
    headers.push(['content-encoding', behaviour.encoding]);
    steps = encodeSteps(steps, behaviour.encoding);
    if (framing.kind === 'length' && behaviour.ending.kind !== 'short') framing = { kind: 'chunked' };
  }
  if (behaviour.burst) steps = joinSends(steps);
  if (behaviour.splitAt !== null) steps = splitOnce(steps, behaviour.splitAt, toPause(behaviour, 2));
  if (behaviour.chunkBytes !== null) steps = cutIntoChunks(steps, behaviour.chunkBytes, behaviour.dripMs);
  return { status: answer.status, headers, framing, steps: endEarly(steps, behaviour) };
}

const cookieHeaders: Answer['headers'] = [
  ['set-cookie', '__cf_bm=one; path=/; HttpOnly'],
  ['set-cookie', '_cfuvid=two; path=/; Secure'],
  ['X-Odd-Header', 'kept as it is'],
];

function toLength(steps: Steps): number {
  if (!Array.isArray(steps)) return 0;
  return steps.reduce((sum: number, step: Step) => sum + (step.do === 'send' ? step.bytes.length : 0), 0);
}

async function* joinSends(steps: Steps): AsyncGenerator<Step> {
  const pieces: Uint8Array[] = [];
  for await (const step of steps) if (step.do === 'send') pieces.push(step.bytes);
  yield { do: 'send', bytes: Buffer.concat(pieces) };
}

/** What stands between two things that must not arrive as one: a timer, or a gate for those who need to be sure of it. */
function toPause({ gate }: Behaviour, ms: number): Step {
  return gate === null ? { do: 'wait', ms } : { do: 'gate', gate };
}

// Two writes one timer apart leave as two segments, since the fake's sockets do not delay small writes.
async function* splitOnce(steps: Steps, splitAt: number, pause: Step): AsyncGenerator<Step> {
  for await (const joined of joinSends(steps)) {
    if (joined.do !== 'send') continue;
    if (splitAt > 0) yield { do: 'send', bytes: joined.bytes.subarray(0, splitAt) };
    yield pause;
    yield { do: 'send', bytes: joined.bytes.subarray(splitAt) };
  }
}

async function* cutIntoChunks(steps: Steps, chunkBytes: number, pauseMs: number): AsyncGenerator<Step> {
  for await (const step of steps) {
    if (step.do !== 'send') {
      yield step;
      continue;
    }
    for (let at = 0; at < step.bytes.length; at += chunkBytes) {
      yield { do: 'send', bytes: step.bytes.subarray(at, at + chunkBytes) };
      if (pauseMs > 0) yield { do: 'wait', ms: pauseMs };
    }
  }
}

function endEarly(steps: Steps, behaviour: Behaviour): Steps {
  const { ending } = behaviour;
  // A reset throws away what is still on its way, and HTTP clients may drop bytes that they read together with the FIN:
  // the bytes before the break must have arrived, so that a test knows what to expect.
  const pause = toPause(behaviour, 20);
  switch (ending.kind) {
    case 'cut':
      return stopAfter(steps, ending.afterBytes, [pause, { do: 'cut' }]);
    case 'reset':
      return stopAfter(steps, ending.afterBytes, [pause, { do: 'reset' }]);
    case 'truncate':
      return stopAfter(steps, ending.afterBytes, [{ do: 'end' }]);
    case 'short':
      return stopAfter(steps, Number.POSITIVE_INFINITY, [pause, { do: 'cut' }]);
    case 'whole':
    case 'close':
    case 'never':
      return steps;
    default:
      return ending satisfies never;
  }
}

async function* stopAfter(steps: Steps, bytes: number, last: readonly Step[]): AsyncGenerator<Step> {
  let left = bytes;
  for await (const step of steps) {
    if (step.do === 'send') {
      if (left > 0) yield { do: 'send', bytes: step.bytes.subarray(0, left) };
      left -= step.bytes.length;
    } else yield step;
    if (left <= 0) break;
  }
  yield* last;
}
