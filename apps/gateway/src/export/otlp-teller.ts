import { type Otlp, type PostStats, openOtlp } from '@nexus/telemetry';
import { createModelNames } from '../recorder/model-names.ts';
import type { OtlpSettings } from './export-settings.ts';
import { type GenAiMetrics, createGenAiMetrics } from './gen-ai-metrics.ts';
import { findSampledTrace } from './find-sampled-trace.ts';
import { toServerAddress } from './server-address.ts';
import { toExchangeSpans } from './to-exchange-spans.ts';
import { toModelCall } from './to-model-call.ts';
import type { ToldRequest } from './told-request.ts';

/** Tells a collector of requests. */
export interface OtlpTeller {
  add(told: ToldRequest): void;
  stats(): { readonly traces: PostStats; readonly metrics: PostStats };
  close(deadlineMs: number): Promise<void>;
}

export interface OtlpTellerParts {
  readonly settings: OtlpSettings;
  /** Of requests that tell none of their own. */
  readonly upstreamUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onChange: (signal: 'traces' | 'metrics', problem: string | null) => void;
}

/** Requests that may come while the libraries load, which takes a tenth of a second. */
const EARLY_MAX = 1_000;
const EARLY_BYTES_MAX = 16 * 1024 * 1024;

export function createOtlpTeller({ settings, upstreamUrl, fetch, onChange }: OtlpTellerParts): OtlpTeller {
  const { sampling: _, contentBytesMax, ...options } = settings;
  let early: ToldRequest[] | null = [];
  let earlyBytes = 0;
  let earlyDropped = 0;
  let opened: { readonly otlp: Otlp; readonly metrics: GenAiMetrics } | null = null;

  async function open(): Promise<void> {
    const otlp = await openOtlp({ ...options, scope: SCOPE, fetch, onChange });
    opened = { otlp, metrics: createGenAiMetrics({ otlp, models: createModelNames() }) };
    for (const told of early ?? []) tell(told);
    early = null;
  }

  function tell(told: ToldRequest): void {
    if (opened === null) return;
    const { facts, payload } = told;
    const call = toModelCall(told);
    const server = toServerAddress(told.upstreamUrl ?? upstreamUrl);
    if (call !== null) opened.metrics.count(facts, call, server);
    const trace = findSampledTrace({ otlp: settings }, { requestId: facts.requestId, ...payload });
    if (trace !== null) opened.otlp.addSpans(() => toExchangeSpans(told, { ...trace, server, contentBytesMax }));
  }

  /** Bodies are kept where they will be asked for, as far as there is room. */
  function toEarly(told: ToldRequest): ToldRequest {
    const bytes = (told.payload.requestBody?.byteLength ?? 0) + (told.payload.responseBody?.byteLength ?? 0);
    if (contentBytesMax === null || earlyBytes + bytes > EARLY_BYTES_MAX) return withoutBodies(told);
    earlyBytes += bytes;
    return told;
  }

  // What cannot be told must not end the thread that records.
  const opening = open().catch((error: unknown) => {
    early = null;
    onChange('traces', error instanceof Error ? error.message : String(error));
  });
  return {
    add: (told) => {
      if (early === null) tell(told);
      else if (early.length < EARLY_MAX) early.push(toEarly(told));
      else earlyDropped += 1;
    },
    stats: () => {
      const { traces, metrics } = opened?.otlp.stats() ?? NOTHING;
      return { traces: { ...traces, dropped: traces.dropped + earlyDropped }, metrics };
    },
    close: async (deadlineMs) => {
      await opening;
      await opened?.otlp.close(deadlineMs);
    },
  };
}

/** Who made the spans; the version is that of their shape. */
const SCOPE = { name: 'claude-nexus', version: '1' };

const NO_POSTS: PostStats = { waiting: 0, sent: 0, dropped: 0, lastProblem: null };
const NOTHING = { traces: NO_POSTS, metrics: NO_POSTS };

/** Bodies may be large. */
function withoutBodies({ payload, ...told }: ToldRequest): ToldRequest {
  return { ...told, payload: { ...payload, requestBody: null, responseBody: null, responseTimings: [] } };
}
