import { Worker } from 'node:worker_threads';
import type { NoRequest } from './no-request.ts';
import type { CallerThreadSettings, FromCallerThread, ToCallerThread } from './thread-messages.ts';

/** The thread that holds the connections of callers, as the main thread knows it. */
export interface CallerThreadLink {
  readonly port: number;
  /** Takes no new connections; resolves when the answers to all that was taken have begun. */
  stop(): Promise<void>;
  /** Resolves when, after `stop`, the last connection is closed. */
  readonly empty: Promise<void>;
  /** Closes every connection and ends the thread. */
  destroy(): Promise<void>;
}

export interface CallerThreadOptions {
  /** Of the thread. */
  readonly module: URL;
  readonly settings: CallerThreadSettings;
  /** The answer, as bytes of HTTP, to a connection whose request nobody could read. */
  readonly refuse: (why: NoRequest) => Promise<Uint8Array>;
  /** The thread ended by itself, and its connections with it; another one takes the port. */
  readonly onDeath: (problem: unknown) => void;
}

/** Between the end of a thread and the start of the next one. */
const RESTART_MS = 100;
/** What a thread may take to say that it closed everything. */
const DESTROY_MS = 1_000;

/** @throws {Error} with the `code` of the system where the port cannot be had. */
export async function startCallerThread(options: CallerThreadOptions): Promise<CallerThreadLink> {
  let isOver = false;
  let thread = await startThread(options, options.settings);
  const settings = { ...options.settings, port: thread.port };
  watch();

  function watch(): void {
    void thread.died.then(replace);
  }

  async function replace(problem: unknown): Promise<void> {
    if (isOver) return;
    options.onDeath(problem);
    await Bun.sleep(RESTART_MS);
    if (isOver) return;
    try {
      thread = await startThread(options, settings);
      watch();
    } catch (again) {
      await replace(again);
    }
  }

  return {
    port: thread.port,
    get empty() {
      return thread.empty;
    },
    stop: () => {
      isOver = true;
      return thread.stop();
    },
    destroy: () => {
      isOver = true;
      return thread.destroy();
    },
  };
}

interface CallerThread {
  readonly port: number;
  /** Resolves with what was wrong. */
  readonly died: Promise<unknown>;
  readonly empty: Promise<void>;
  stop(): Promise<void>;
  destroy(): Promise<void>;
}

async function startThread(options: CallerThreadOptions, settings: CallerThreadSettings): Promise<CallerThread> {
  const setup = { workerData: settings, name: 'nexus-callers', smol: true };
  const worker = new Worker(options.module, setup);
  const send = (message: ToCallerThread): void => worker.postMessage(message, []);
  const opened = Promise.withResolvers<number>();
  const stopped = Promise.withResolvers<void>();
  const empty = Promise.withResolvers<void>();
  const destroyed = Promise.withResolvers<void>();
  const died = Promise.withResolvers<unknown>();
  let problem: unknown = new Error('The thread ended by itself.');
  worker.on('message', (message: FromCallerThread) => {
    if (message.type === 'listening') opened.resolve(message.port);
    if (message.type === 'problem') opened.reject(Object.assign(new Error(message.message), { code: message.code }));
    if (message.type === 'stopped') stopped.resolve();
    if (message.type === 'empty') empty.resolve();
    if (message.type === 'destroyed') destroyed.resolve();
    if (message.type === 'ask') void giveRefusal(message.ask, message.why);
  });
  worker.on('error', (error: unknown) => {
    problem = error;
  });
  worker.on('exit', () => {
    opened.reject(problem);
    stopped.resolve();
    empty.resolve();
    destroyed.resolve();
    died.resolve(problem);
  });
  // The server behind keeps the process alive as long as it is wanted.
  worker.unref();

  async function giveRefusal(ask: number, why: NoRequest): Promise<void> {
    send({ type: 'refusal', ask, bytes: await options.refuse(why).catch(() => new Uint8Array()) });
  }

  try {
    const port = await opened.promise;
    return {
      port,
      died: died.promise,
      empty: empty.promise,
      stop: () => {
        send({ type: 'stop' });
        return stopped.promise;
      },
      destroy: async () => {
        send({ type: 'destroy' });
        await Promise.race([destroyed.promise, Bun.sleep(DESTROY_MS)]);
        await worker.terminate();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
