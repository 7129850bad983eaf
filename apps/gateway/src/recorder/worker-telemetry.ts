import { toMetric } from '@nexus/contract/metrics';
import type { RequestFacts } from '@nexus/core';
import type { JudgedTurn } from '@nexus/storage';
import { type Exemplar, type Instruments, type MetricFamily, createInstruments } from '@nexus/telemetry';
import type { ExportSettings } from '../export/export-settings.ts';
import { EXPORTS, type Exporter, type ExporterParts, createExporter } from '../export/exporter.ts';
import { findSampledTrace } from '../export/find-sampled-trace.ts';
import type { ToldRequest } from '../export/told-request.ts';
import { createCacheCount } from './cache-metrics.ts';
import { createModelNames } from './model-names.ts';
import { createRequestMetrics } from './request-metrics.ts';

/** What the recorder's thread counts of requests, and whom it tells of them. */
export interface WorkerTelemetry {
  add(told: ToldRequest): void;
  /** Counts what was used in messages of batches, once they are sure to be counted for the first time. */
  addBatchMessages(messages: readonly RequestFacts[]): void;
  /** Counts what the prompt cache did for turns, once it is known. */
  addCacheTurns(turns: readonly JudgedTurn[]): void;
  /** Everything that was counted, for a page that asks for it. */
  families(): readonly MetricFamily[];
  close(deadlineMs: number): Promise<void>;
}

export interface WorkerTelemetryParts extends ExporterParts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What was not told to others by then is dropped: nobody shall wait for a collector that is gone. */
const CLOSE_MS_MAX = 2_000;

export function createWorkerTelemetry(exports: ExportSettings | null, parts: WorkerTelemetryParts): WorkerTelemetry {
  const instruments = createInstruments();
  const models = createModelNames();
  const requests = createRequestMetrics({ instruments, models, clock: parts.clock });
  const countTurns = createCacheCount({ instruments, models });
  const exporter = exports === null ? null : createExporter(exports, parts);
  addExportMetrics(instruments, exporter);
  return {
    add: (told) => {
      requests.count(told, toExemplar(told, exports));
      exporter?.add(told);
    },
    addBatchMessages: (messages) => {
      for (const facts of messages) requests.countBatchMessage(facts);
    },
    addCacheTurns: countTurns,
    families: () => instruments.families(),
    close: async (deadlineMs) => exporter?.close(Math.min(deadlineMs, CLOSE_MS_MAX)),
  };
}

/** The request's own page, and its trace where it is one. */
function toExemplar({ facts, payload }: ToldRequest, exports: ExportSettings | null): Exemplar {
  const { requestId, startedAtMs, durationMs } = facts;
  const trace = exports === null ? null : findSampledTrace(exports, { requestId, ...payload });
  return {
    labels: { request_id: requestId, ...(trace === null ? {} : { trace_id: trace.traceId }) },
    atMs: startedAtMs + durationMs,
  };
}

function addExportMetrics(instruments: Instruments, exporter: Exporter | null): void {
  const read = (field: 'sent' | 'dropped' | 'waiting') => () => {
    const stats = exporter?.stats();
    return stats === undefined ? [] : EXPORTS.map((name) => [[name], stats[name][field]] as const);
  };
  instruments.readCounters(toMetric('nexus_export_sent_total'), read('sent'));
  instruments.gauges(toMetric('nexus_export_waiting'), read('waiting'));
  instruments.readCounters(toMetric('nexus_dropped_total'), read('dropped'));
}
