import { parentPort, workerData } from 'node:worker_threads';
import { perform, toServiceError } from '@nexus/services';
import { openStorage, type Storage, type StorageLog } from '@nexus/storage';
import type { ContentCall, ContentThreadSettings, FromContentThread } from './content-messages.ts';
import { toContentOutput } from './to-content-output.ts';

/** Reads of one page at a time need no more, and an import holds one for as long as it takes. */
const POOL_MAX = 3;

/** The thread: rebuilds, decodes and parses recorded bodies, which may be many megabytes, beside the one that moves bytes. */
function runContentThread(settings: ContentThreadSettings): void {
  const storage = openStorage({ ...settings, poolMax: POOL_MAX, log: createThreadLog() });
  parentPort?.on('message', (call: ContentCall) => void answer(storage, call));
}

async function answer(storage: Storage, request: ContentCall): Promise<void> {
  const { call, name, input } = request;
  try {
    const output = toContentOutput(await perform(toContext(storage, request), name, input));
    post({ type: 'done', call, output }, [output.bytes.buffer]);
  } catch (failure) {
    const { code, publicMessage, fields, cause } = toServiceError(failure);
    post({ type: 'failed', call, code, publicMessage, fields, problem: cause instanceof Error ? cause.message : code });
  }
}

function toContext(storage: Storage, { actor, uploadFile }: ContentCall) {
  return {
    storage,
    actor,
    upload: typeof uploadFile !== 'string' ? undefined : { open: () => Bun.file(uploadFile).stream() },
    // Operations on content ask for nothing of what only the main thread knows.
    recorderStats: refuse,
    domains: { list: refuse, credentialOf: refuse },
    proxyUrl: refuse,
    apiKeySalt: '',
    retention: { payloadDays: 0, factsDays: 0, linksDays: 0 },
    rollingWindowMinutes: 0,
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
  };
}

function refuse(): never {
  throw new Error('an operation on content asked for what only the main thread knows');
}

function createThreadLog(): StorageLog {
  return {
    info() {},
    warn: (fields, message) => post({ type: 'log', level: 'warn', text: toText(fields, message) }),
    error: (fields, message) => post({ type: 'log', level: 'error', text: toText(fields, message) }),
  };
}

function toText(fields: Readonly<Record<string, unknown>>, message: string): string {
  const { error, ...others } = fields;
  return [message, JSON.stringify(others), error instanceof Error ? error.message : ''].join(' ').trim();
}

function post(message: FromContentThread, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

runContentThread(workerData);
