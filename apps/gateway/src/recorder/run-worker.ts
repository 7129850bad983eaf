import type { MessagePort } from 'node:worker_threads';
import type { RecordWriter, StorageLog } from '@nexus/storage';
import { areTraced } from '../export/export-settings.ts';
import { within } from '../within.ts';
import { type ExchangeKeeper, type ExchangeKeeperOptions, createExchangeKeeper } from './exchange-keeper.ts';
import { type Storing, type StoringWorld, openStoring } from './open-storing.ts';
import { readUpdates } from './read-updates.ts';
import type { FromWorker, LogLine, ToWorker, WorkerNews, WorkerSettings } from './thread-messages.ts';
import { createNewsDesk } from './worker-news.ts';
import { createWorkerTelemetry } from './worker-telemetry.ts';

/** What a worker takes from outside, so that time and chance are its starter's. */
export interface WorkerWorld {
  readonly port: Pick<MessagePort, 'on' | 'postMessage' | 'close'>;
  readonly settings: WorkerSettings;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Takes what is to be done when the thread dies of an error. */
  readonly onDying: (say: () => void) => void;
}

/** How often long exchanges are journalled and the main thread is told how things are. */
const TICK_MS = 500;

/** The recorder's own thread: keeps exchanges in flight, makes records, spools and writes them. */
export function runWorker({ port, settings, clock, newId, onDying }: WorkerWorld): void {
  const send = (message: FromWorker): void => port.postMessage(message);
  const log = createPortLog(send);
  const desk = createNewsDesk({ ...settings, isTraced: areTraced(settings.exports) });
  const telemetry = createWorkerTelemetry(settings.exports, { fetch, clock, log });
  const { keeper, useConnection, saveNow, close, readStats } = openKeeping(settings, {
    clock,
    newId,
    log,
    onWritten: ({ batchMessages = [], ...batch }) => {
      telemetry.addBatchMessages(batchMessages);
      desk.written(batch);
    },
    onJudged: (turns) => telemetry.addCacheTurns(turns),
    onEnded: desk.ended,
    onRecorded: (recorded) => {
      desk.recorded(recorded.facts);
      telemetry.add(recorded);
    },
  });
  // What was taken is sent by nobody again, and the spool writes only every 20 ms.
  onDying(saveNow);
  const timer = setInterval(() => {
    keeper.tick();
    send({ type: 'news', stats: readStats(), ...desk.take() });
  }, TICK_MS);

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'batch':
        for (const update of readUpdates(message)) keeper.take(update, message.buffers);
        send({ type: 'taken', sequence: message.sequence, stats: readStats(), ...desk.take() });
        return;
      case 'connect':
        useConnection(message.connection);
        return;
      case 'metrics':
        send({ type: 'metrics', families: telemetry.families() });
        return;
      case 'want':
        desk.want(message.wanted);
        return;
      case 'close':
        clearInterval(timer);
        void closeAll(message.deadlineMs);
        return;
      default:
        message satisfies never;
    }
  });

  async function closeAll(deadlineMs: number): Promise<void> {
    keeper.finishAll();
    await within(Math.min(deadlineMs, READING_MS_MAX), keeper.settled());
    await Promise.all([close(deadlineMs), telemetry.close(deadlineMs)]);
    keeper.removeFinishedJournals();
    send({ type: 'closed', stats: readStats(), ...desk.take() });
  }
}

/** Results of a batch are read at 100 MB a second. */
const READING_MS_MAX = 2_000;

/** The keeper of exchanges, and the writer that it hands its records to. */
interface Keeping extends Pick<Storing, 'useConnection' | 'close'> {
  readonly keeper: ExchangeKeeper;
  readonly saveNow: () => void;
  readonly readStats: () => WorkerNews['stats'];
}

type KeepingWorld = Pick<StoringWorld, 'clock' | 'newId' | 'log' | 'onWritten' | 'onJudged'> &
  Pick<ExchangeKeeperOptions, 'onRecorded' | 'onEnded'>;

function openKeeping(settings: WorkerSettings, { onRecorded, onEnded, ...world }: KeepingWorld): Keeping {
  // Kept by the keeper, made by the writer, which may adopt a folder before the keeper exists.
  const orphanFolders: string[] = [];
  let keeper: ExchangeKeeper | null = null;
  const { writer, useConnection, close } = openStoring(settings, {
    ...world,
    ownBytes: () => keeper?.stats().journalBytes ?? 0,
    // The writer flushes its spool before the folder goes, and so has what the journals said.
    onOrphan: async (folder) => {
      if (keeper === null) orphanFolders.push(folder);
      else keeper.adopt(folder);
    },
  });
  const opened = createExchangeKeeper({
    writer,
    ...settings,
    liveRequestIds: new Set(settings.liveRequestIds),
    clock: world.clock,
    onRecorded,
    onEnded,
  });
  keeper = opened;
  if (settings.spoolDir !== null) opened.resume(settings.spoolDir);
  for (const folder of orphanFolders) opened.adopt(folder);
  const saveNow = (): void => writer?.saveNow();
  return { keeper: opened, useConnection, saveNow, close, readStats: () => toStats(opened, writer) };
}

function toStats(keeper: ExchangeKeeper, writer: RecordWriter | null): WorkerNews['stats'] {
  const { openExchanges, openBytes, droppedPayloads, lastProblem } = keeper.stats();
  const written = writer?.stats() ?? NOT_WRITING;
  return {
    state: written.state,
    queuedRecords: written.queuedRecords,
    queuedBytes: written.queuedBytes + openBytes,
    openExchanges,
    spoolBytes: written.spoolBytes,
    writtenRecords: written.writtenRecords,
    droppedPayloads: written.droppedPayloads + droppedPayloads,
    droppedRecords: written.droppedRecords,
    lastWriteAtMs: written.lastWriteAtMs,
    lastProblem: written.lastProblem ?? lastProblem,
  };
}

const NOT_WRITING = {
  state: 'off',
  queuedRecords: 0,
  queuedBytes: 0,
  spoolBytes: 0,
  writtenRecords: 0,
  droppedPayloads: 0,
  droppedRecords: 0,
  lastWriteAtMs: null,
  lastProblem: null,
} as const;

/** Log lines are written by the main thread, where the one logger is. */
function createPortLog(send: (message: FromWorker) => void): StorageLog {
  const write = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) =>
    send({ type: 'log', level, fields: toSendable(fields), message });
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Errors of libraries carry sockets and functions, which cannot be sent to another thread. */
function toSendable(fields: LogLine['fields']): LogLine['fields'] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? toPlainError(value) : value]),
  );
}

function toPlainError(error: Error): Error {
  const plain = new Error(error.message);
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}
