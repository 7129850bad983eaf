import type { Answer } from './answer.ts';
import { refuseCaller } from './authenticate.ts';
import { type AnswerBench, createBenchAnswers } from './bench-answers.ts';
import { deliver } from './deliver.ts';
import { type Connection, createConnection, type WireRequest } from './http/connection.ts';
import type { Wire } from './http/wire.ts';
import { createGates } from './gates.ts';
import { findHeader } from './http/request-head.ts';
import { createReceivedRequest, type OpenRequest, type ReceivedRequest } from './received-request.ts';
import { createRoutes } from './routes/create-routes.ts';
import type { PlannedAnswer, RouteContext } from './routes/route.ts';
import { createTokenBook, type TokenBook } from './routes/token-book.ts';
import { createScript, type ScriptStep } from './script.ts';
import { parseBehaviour } from './sentinels.ts';
import { shapeAnswer } from './shape-answer.ts';

export interface FakeClaudeOptions {
  /** 0 picks a free port. */
  readonly port?: number;
  readonly host?: string;
  /** How many received requests are kept for assertions; the oldest go first. 0 keeps none. */
  readonly requestsKeptMax?: number;
  /** How many body bytes the kept requests may hold together. */
  readonly keptBytesMax?: number;
  /** Lifetime of access tokens, in seconds, as the token endpoint tells it. */
  readonly tokenExpiresInS?: number;
  /** Epoch milliseconds; dates of answers and limit headers come from it. */
  readonly clock?: () => number;
}

export interface FakeClaudeStats {
  readonly openSockets: number;
  /** Answers that are being sent. */
  readonly inFlight: number;
  readonly received: number;
  readonly answered: number;
  /** Answers that the caller left. */
  readonly aborted: number;
}

/** A scripted stand-in for Claude's API on a real port. */
export interface FakeClaude {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  readonly tokens: TokenBook;
  /** Queues answers to `POST /v1/messages`; a queued answer goes before the behaviour of the model. */
  script(steps: readonly ScriptStep[]): void;
  /** Steps of the script that nobody took yet; those that stay do not count. */
  scriptLength(): number;
  stats(): FakeClaudeStats;
  /** Lets an answer go on that waits at this gate (`gate-<n>`), now or when it gets there. */
  openGate(gate: number): void;
  /** Forgets requests, script, gates, batches, files, tokens and counts of failures; connections stay. */
  reset(): void;
  stop(): Promise<void>;
}

/** Listens and answers as Claude would; see `describeSentinels` for what it can be asked to do. */
export function startFakeClaude(options: FakeClaudeOptions = {}): Promise<FakeClaude> {
  const fake = createFake(options);
  const listener = Bun.listen<Connection | null>({
    hostname: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    data: null,
    socket: {
      open(socket) {
        // Small pieces must leave at once: tests look at single segments.
        socket.setNoDelay(true);
        socket.data = createConnection(socket, fake.respond);
        fake.counts.openSockets += 1;
      },
      data: (socket, bytes) => socket.data?.receive(bytes),
      drain: (socket) => socket.data?.drained(),
      close(socket) {
        fake.counts.openSockets -= 1;
        socket.data?.closed();
      },
      error(socket) {
        socket.data?.closed();
      },
    },
  });
  const host = listener.hostname.includes(':') ? `[${listener.hostname}]` : listener.hostname;
  return Promise.resolve({
    url: `http://${host}:${listener.port}`,
    port: listener.port,
    requests: fake.requests,
    tokens: fake.tokens,
    script: (steps) => fake.script.push(steps),
    scriptLength: () => fake.script.length,
    stats: () => ({ ...fake.counts }),
    openGate: fake.gates.open,
    reset: fake.reset,
    stop: () => {
      listener.stop(true);
      return Promise.resolve();
    },
  });
}

function createFake(options: FakeClaudeOptions) {
  const clock = options.clock ?? Date.now;
  const counts = { openSockets: 0, inFlight: 0, received: 0, answered: 0, aborted: 0 };
  const kept = createKept(options.requestsKeptMax ?? 1000, options.keptBytesMax ?? 128 * 1024 * 1024);
  const script = createScript();
  const tokens = createTokenBook();
  const gates = createGates();
  const routes = createRoutes({
    script,
    tokens,
    tokenExpiresInS: options.tokenExpiresInS ?? 3600,
    requests: kept.requests,
    stats: () => ({ ...counts }),
    reset,
  });
  const answerBench: AnswerBench = createBenchAnswers();

  function reset(): void {
    kept.clear();
    script.clear();
    gates.clear();
    tokens.clear();
    routes.clear();
  }

  function plan(context: RouteContext): PlannedAnswer {
    const planned = refuseCaller(context, tokens) ?? routes.answer(context);
    if ('behaviour' in planned) return planned;
    return { answer: planned, behaviour: parseBehaviour('', context.request.headers).behaviour };
  }

  async function respondInFull(wireRequest: WireRequest, wire: Wire): Promise<void> {
    const requestId = `req_011Fake${counts.received.toString(36).padStart(17, '0')}`;
    const request = createReceivedRequest(wireRequest, counts.received, requestId);
    kept.add(request);
    const url = new URL(request.target, `http://${request.header('host') ?? 'localhost'}`);
    const planned = plan({ request, url, requestId, nowMs: clock() });
    counts.inFlight += 1;
    // The moment the caller leaves, not the moment the answer notices.
    wire.onClosed(() => settle(request, false));
    const finished = await carryOut(planned, request, { wire, passGate: gates.pass });
    wire.onClosed(null);
    settle(request, finished);
    if (findHeader(request.headers, 'connection')?.toLowerCase() === 'close') wire.end();
  }

  /** Notes how an answer ended; the first call decides. */
  function settle(request: OpenRequest, finished: boolean): void {
    if (request.outcome !== null) return;
    request.outcome = finished ? 'answered' : 'aborted';
    request.endedAtMs = performance.now();
    counts.inFlight -= 1;
    counts[request.outcome] += 1;
  }

  function respond(request: WireRequest, wire: Wire): Promise<unknown> | undefined {
    counts.received += 1;
    const bench = answerBench(request, wire);
    if (bench === null) return respondInFull(request, wire);
    return bench === true ? undefined : bench;
  }

  return { counts, requests: kept.requests, script, tokens, gates, reset, respond };
}

interface Way {
  readonly wire: Wire;
  readonly passGate: (gate: number) => Promise<void>;
}

/** Waits, breaks or answers as planned; false where the caller left before. */
async function carryOut(planned: PlannedAnswer, request: OpenRequest, way: Way): Promise<boolean> {
  const { wire, passGate } = way;
  const { behaviour } = planned;
  if (behaviour.headersAfterMs > 0 && !(await wire.wait(behaviour.headersAfterMs))) return false;
  if (behaviour.ending.kind === 'never') {
    await wire.hang();
    return false;
  }
  if (behaviour.ending.kind === 'close') {
    wire.end();
    return true;
  }
  const shaped = shapeAnswer(planned.answer, behaviour);
  const answer: Answer = { ...shaped, headers: [...shaped.headers, ...toStandingHeaders(request.requestId)] };
  request.status = answer.status;
  const delivery = await deliver(wire, answer, { withBody: request.method !== 'HEAD', passGate });
  request.firstByteAtMs = delivery.firstByteAtMs;
  request.sentBytes = delivery.bodyBytes;
  return delivery.finished;
}

function toStandingHeaders(requestId: string): Answer['headers'] {
  return [
    ['request-id', requestId],
    ['anthropic-organization-id', '00000000-0000-4000-8000-000000000001'],
  ];
}

/** The received requests, bounded in number and in bytes. */
function createKept(requestsMax: number, bytesMax: number) {
  const requests: OpenRequest[] = [];
  let bytes = 0;
  return {
    requests,
    add(request: OpenRequest): void {
      if (requestsMax === 0) return;
      requests.push(request);
      bytes += request.body.length;
      while (requests.length > requestsMax || (bytes > bytesMax && requests.length > 1)) {
        bytes -= requests.shift()?.body.length ?? 0;
      }
    },
    clear(): void {
      requests.length = 0;
      bytes = 0;
    },
  };
}
