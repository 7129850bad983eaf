import { type PostQueue, type PostStats, createPostQueue } from '@nexus/telemetry';
import type { ExportSettings } from './export-settings.ts';
import { createOtlpTeller } from './otlp-teller.ts';
import { toErrorType } from './to-error-type.ts';
import type { ToldRequest } from './told-request.ts';
import { type TelemetryReport, toTelemetryReport } from './to-telemetry-report.ts';

/** Tells others of recorded requests. Works behind the recorder, and never holds it up. */
export interface Exporter {
  add(told: ToldRequest): void;
  stats(): ExportStats;
  /** Sends what waits, within `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

/** Where requests are told to. */
export const EXPORTS = ['traces', 'metrics', 'reports'] as const;
export type ExportName = (typeof EXPORTS)[number];
export type ExportStats = Readonly<Record<ExportName, PostStats>>;

export interface ExporterParts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void;
    warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

export function createExporter(settings: ExportSettings, { fetch, log }: ExporterParts): Exporter {
  const noteChange = (what: ExportName, problem: string | null): void => {
    if (problem === null) log.info({ what }, 'telemetry goes out again');
    else log.warn({ what, problem }, 'telemetry cannot be sent; what finds no room is dropped');
  };
  const { upstreamUrl, reportsUrl } = settings;
  const reports =
    reportsUrl === null ? null : createReports(reportsUrl, fetch, (problem) => noteChange('reports', problem));
  const otlp =
    settings.otlp === null
      ? null
      : createOtlpTeller({ settings: settings.otlp, upstreamUrl, fetch, onChange: noteChange });
  return {
    add: (told) => {
      reports?.add(() => toTelemetryReport(told.facts, toErrorType(told.facts)));
      otlp?.add(told);
    },
    stats: () => ({ traces: NOTHING, metrics: NOTHING, ...otlp?.stats(), reports: reports?.stats() ?? NOTHING }),
    close: async (deadlineMs) => void (await Promise.all([reports?.close(deadlineMs), otlp?.close(deadlineMs)])),
  };
}

const NOTHING: PostStats = { waiting: 0, sent: 0, dropped: 0, lastProblem: null };

/** Reports that may wait, some 400 bytes each. */
const REPORTS_MAX = 2_000;
const REPORT_FLIGHTS_MAX = 8;
const REPORT_MS_MAX = 5_000;
const REPORT_TRIES_MAX = 2;

/** One post a report, as whoever listens there is used to. */
function createReports(
  url: string,
  fetch: ExporterParts['fetch'],
  onChange: (problem: string | null) => void,
): PostQueue<TelemetryReport> {
  return createPostQueue<TelemetryReport>({
    url,
    headers: { 'content-type': 'application/json' },
    encode: ([report]) => JSON.stringify(report),
    itemsMax: REPORTS_MAX,
    batchMax: 1,
    gatherMs: 0,
    flightsMax: REPORT_FLIGHTS_MAX,
    timeoutMs: REPORT_MS_MAX,
    triesMax: REPORT_TRIES_MAX,
    retryMs: 1_000,
    fetch,
    onChange,
  });
}
