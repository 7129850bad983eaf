import { Worker } from 'node:worker_threads';
import { GatewayError } from '@nexus/contract';
import type { PgConnection } from '@nexus/storage';
import type { ApiLog } from '../api.ts';
import type { ContentCall, ContentOutput, ContentThreadSettings, FromContentThread } from './content-messages.ts';
import { createPendingCalls } from './pending-calls.ts';

/** Runs the operations that read recorded bodies on a thread of their own, so that no stream waits for a large one. */
export interface ContentReader {
  /** @throws {GatewayError} as the operation does; `limit-reached` where too many wait already. */
  perform(call: Omit<ContentCall, 'call'>): Promise<ContentOutput>;
  close(): Promise<void>;
}

export interface ContentReaderOptions extends Omit<ContentThreadSettings, 'connection'> {
  /** Where the database is, as soon as that is known. */
  readonly connected: Promise<PgConnection | string>;
  readonly log: ApiLog;
}

/** Reads that may wait; each can hold a body of 32 MB and more. */
const PENDING_MAX = 16;
const CALL_MS_MAX = 60_000;
/** A large file of conversations is linked while it is read. */
const UPLOAD_MS_MAX = 900_000;

/** Nobody looks at pages for this long: the thread and its memory are given back. */
const IDLE_MS = 60_000;

/** The thread starts with the first read. `perform` waits for `connected`; ask for nothing before there is a database. */
export function createContentReader(options: ContentReaderOptions): ContentReader {
  const pending = createPendingCalls();
  let thread: Promise<Worker> | null = null;
  let idleTimer: ReturnType<typeof setTimeout> | null = null;

  async function start(): Promise<Worker> {
    const worker = await startThread(options);
    worker.on('message', (message: FromContentThread) => {
      if (message.type === 'log') options.log[message.level]({}, message.text);
      else pending.settle(message);
      if (pending.count() === 0) armIdle();
    });
    worker.on('error', (error: unknown) => options.log.error({ error }, 'the content thread broke'));
    worker.on('exit', () => {
      // Reads of a thread that ended by itself have no answer to wait for; the next read starts another.
      thread = null;
      pending.rejectAll(new GatewayError('unexpected'));
    });
    return worker;
  }

  function armIdle(): void {
    stopIdle();
    idleTimer = setTimeout(() => void stop(), IDLE_MS);
    idleTimer.unref();
  }

  function stopIdle(): void {
    if (idleTimer !== null) clearTimeout(idleTimer);
  }

  async function stop(): Promise<void> {
    const stopping = await thread;
    stopping?.removeAllListeners('exit');
    thread = null;
    await stopping?.terminate();
  }

  return {
    async perform(request) {
      if (pending.count() >= PENDING_MAX) throw new GatewayError('limit-reached');
      stopIdle();
      const { call, output } = pending.open(typeof request.uploadFile === 'string' ? UPLOAD_MS_MAX : CALL_MS_MAX);
      thread ??= start().catch((failure: unknown) => {
        thread = null;
        pending.rejectAll(new GatewayError('unexpected', { cause: failure }));
        throw failure;
      });
      (await thread).postMessage({ call, ...request } satisfies ContentCall, []);
      return output;
    },
    async close() {
      stopIdle();
      pending.rejectAll(new GatewayError('shutting-down'));
      await stop();
    },
  };
}

async function startThread({ connected, prepared, slowQueryMs }: ContentReaderOptions): Promise<Worker> {
  const settings: ContentThreadSettings = { connection: await connected, prepared, slowQueryMs };
  const worker = new Worker(new URL('content-thread.ts', import.meta.url), {
    workerData: settings,
    name: 'nexus-content',
  });
  // Pages alone must not keep the process alive.
  worker.unref();
  return worker;
}
