import { maskSecretText } from '@nexus/anthropic';
import type { RequestFacts } from '@nexus/core';
import type { WrittenBatch } from '@nexus/storage';
import { type LogShape, createLogger } from '@nexus/telemetry';
import { findTraceId } from '../export/trace-context.ts';
import type { ExchangeRecord } from './recorder.ts';
import type { Wanted, WorkerNews } from './thread-messages.ts';
import { writeExchangeLine } from './write-exchange-line.ts';

/** Gathers what the main thread is told of requests, until somebody takes it. */
export interface NewsDesk {
  /** A request has a record. */
  readonly recorded: (facts: RequestFacts) => void;
  /** An exchange of this process is over: its one line. */
  readonly ended: (record: ExchangeRecord, facts: RequestFacts) => void;
  readonly written: (batch: WrittenBatch) => void;
  /** What is wanted from now on; the rest is not even made into text. */
  want(wanted: Wanted): void;
  take(): Omit<WorkerNews, 'stats'>;
}

export interface NewsDeskOptions {
  readonly wanted: Wanted;
  readonly logShape: LogShape;
  /** Whether lines name the trace of their exchange. */
  readonly isTraced: boolean;
}

export function createNewsDesk(options: NewsDeskOptions): NewsDesk {
  let { wanted } = options;
  let lines = '';
  let recorded: string[] = [];
  let written: string[] = [];
  let isUntold = false;
  const log = createLogger({
    ...options.logShape,
    write: (line) => {
      lines += line;
    },
    maskText: maskSecretText,
  });
  return {
    recorded: (facts) => {
      if (wanted.recorded) recorded.push(JSON.stringify(facts));
      else isUntold = true;
    },
    ended: (record, facts) => {
      const traced = options.isTraced ? log.child({ trace_id: findTraceId(record) }) : log;
      writeExchangeLine(traced, record, facts);
    },
    written: (batch) => {
      if (wanted.written) written.push(JSON.stringify(batch));
      else isUntold = true;
    },
    want: (now) => {
      wanted = now;
    },
    take: () => {
      const news = { lines, recorded, written, isUntold };
      lines = '';
      recorded = [];
      written = [];
      isUntold = false;
      return news;
    },
  };
}
