import { connectRaw, toRawRequest, type RawConnection } from './raw-request.ts';
import { createRandom, type Random } from './create-random.ts';

/** Where in the life of an exchange its caller leaves. */
export const ABORT_POINTS = [
  'in-body',
  'after-request',
  'before-headers',
  'before-content',
  'in-stream',
  'in-json',
  'near-end',
  'after-refusal',
] as const;
export type AbortPoint = (typeof ABORT_POINTS)[number];

/** One caller that left. */
export interface Abort {
  readonly ordinal: number;
  readonly point: AbortPoint;
  readonly how: 'fin' | 'rst';
  /** Marks the request wherever it shows up: `?storm=<ordinal>`. */
  readonly query: string;
  /** Answer bytes that the caller saw, head included. */
  readonly receivedBytes: number;
}

export interface AbortStormOptions {
  readonly url: string;
  readonly count: number;
  /** Callers at a time. */
  readonly concurrency: number;
  readonly seed: number;
  /** Names this storm in `?storm=`, where several go to one gateway. */
  readonly name: string;
}

const waitMsMax = 5_000;

/** Sends requests to a gateway in front of a fake Claude, and leaves each at a random point of its life. */
export async function runAbortStorm(options: AbortStormOptions): Promise<readonly Abort[]> {
  const random = createRandom(options.seed);
  const plans = Array.from({ length: options.count }, (_unused, ordinal) => ({
    ordinal,
    point: random.pick(ABORT_POINTS),
    how: random.pick(['fin', 'rst'] as const),
    delayMs: random.integer(0, 30),
    random: createRandom(options.seed * 100_003 + ordinal),
  }));
  const aborts: Abort[] = [];
  const queue = plans.values();
  const work = async (): Promise<void> => {
    for (const plan of queue) {
      const query = `?storm=${options.name}-${plan.ordinal}`;
      const receivedBytes = await abortOnce(`${options.url}/v1/messages${query}`, plan);
      aborts.push({ ordinal: plan.ordinal, point: plan.point, how: plan.how, query, receivedBytes });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return aborts;
}

interface AbortPlan {
  readonly point: AbortPoint;
  readonly how: 'fin' | 'rst';
  readonly delayMs: number;
  readonly random: Random;
}

/** What the fake does, so that the caller has a chance to leave at its point. */
const models: Record<AbortPoint, string> = {
  'in-body': 'fake-text',
  'after-request': 'fake-thinking',
  'before-headers': 'fake-text+headers-after-2000',
  'before-content': 'fake-text+silence-ms-2000',
  'in-stream': 'fake-stream-200-10',
  'in-json': 'fake-bytes-300000+drip-20000-10',
  'near-end': 'fake-stream-3-5',
  'after-refusal': 'fake-text',
};

async function abortOnce(address: string, plan: AbortPlan): Promise<number> {
  const connection = await connectRaw(address, { keep: false });
  const { pathname, search } = new URL(address);
  const request = toRawRequest(pathname + search, toBody(plan.point), headers);
  const isWhole = plan.point !== 'in-body';
  // The head is always whole: without it there is no request that anybody could record.
  const headBytes = request.indexOf('\r\n\r\n') + 4;
  const sentBytes = isWhole ? request.length : headBytes + plan.random.integer(0, request.length - headBytes - 1);
  await connection.write(request.subarray(0, sentBytes));
  await awaitPoint(connection, plan);
  connection.leave(plan.how);
  await connection.closed;
  return connection.receivedBytes();
}

/** Waits until the exchange is where its caller wants to leave, or for a moment. */
async function awaitPoint(connection: RawConnection, plan: AbortPlan): Promise<void> {
  switch (plan.point) {
    case 'after-request':
      return;
    case 'before-content':
    case 'in-stream':
    case 'in-json':
    case 'near-end':
    case 'after-refusal':
      await awaitFirstByte(connection);
      break;
    case 'in-body':
    case 'before-headers':
      break;
    default:
      plan.point satisfies never;
  }
  await Bun.sleep(plan.delayMs);
}

async function awaitFirstByte(connection: RawConnection): Promise<void> {
  const deadline = performance.now() + waitMsMax;
  while (connection.receivedBytes() === 0 && performance.now() < deadline) await Bun.sleep(1);
}

const headers = [
  ['host', 'localhost'],
  ['x-api-key', 'sk-ant-test'],
  ['anthropic-version', '2023-06-01'],
  ['content-type', 'application/json'],
] as const;

function toBody(point: AbortPoint): string {
  const padding = 'x'.repeat(20_000);
  // A field that routing needs has the wrong type: refused before anything is sent upstream.
  if (point === 'after-refusal') return '{"model":17}';
  return JSON.stringify({
    model: models[point],
    max_tokens: 100,
    stream: point !== 'in-json',
    messages: [{ role: 'user', content: padding }],
  });
}
