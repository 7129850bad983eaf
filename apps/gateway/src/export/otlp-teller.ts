import type { RecordedRequest } from '@nexus/core';
import { type Otlp, type PostStats, openOtlp } from '@nexus/telemetry';
import { createModelNames } from '../recorder/model-names.ts';
import type { OtlpSettings } from './export-settings.ts';
import type { ServerAddress } from './gen-ai-attributes.ts';
import { type GenAiMetrics, createGenAiMetrics } from './gen-ai-metrics.ts';
import { isSampled } from './is-sampled.ts';
import { toExchangeSpans } from './to-exchange-spans.ts';
import { toModelCall } from './to-model-call.ts';
import { findTraceParent, toTraceId } from './trace-context.ts';

/** Tells a collector of requests. */
export interface OtlpTeller {
  add(recorded: RecordedRequest): void;
  stats(): { readonly traces: PostStats; readonly metrics: PostStats };
  close(deadlineMs: number): Promise<void>;
}

export interface OtlpTellerParts {
  readonly settings: OtlpSettings;
  readonly server: ServerAddress | null;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onChange: (signal: 'traces' | 'metrics', problem: string | null) => void;
}

/** Requests that may come while the libraries load, which takes a tenth of a second. */
const EARLY_MAX = 1_000;

export function createOtlpTeller({ settings, server, fetch, onChange }: OtlpTellerParts): OtlpTeller {
  const { sampling, ...options } = settings;
  let early: RecordedRequest[] | null = [];
  let earlyDropped = 0;
  let opened: { readonly otlp: Otlp; readonly metrics: GenAiMetrics } | null = null;

  async function open(): Promise<void> {
    const otlp = await openOtlp({ ...options, scope: SCOPE, fetch, onChange });
    opened = { otlp, metrics: createGenAiMetrics({ otlp, models: createModelNames(), server }) };
    for (const recorded of early ?? []) tell(recorded);
    early = null;
  }

  function tell(recorded: RecordedRequest): void {
    if (opened === null) return;
    const { facts, payload } = recorded;
    const call = toModelCall(recorded);
    if (call !== null) opened.metrics.count(facts, call);
    if (options.tracesUrl === null) return;
    const parent = findTraceParent(payload.requestHeaders);
    if (!isSampled(sampling, parent?.traceId ?? toTraceId(facts.requestId), parent)) return;
    opened.otlp.addSpans(() => toExchangeSpans({ facts, payload }, { parent, server }));
  }

  const opening = open();
  return {
    add: (recorded) => {
      if (early === null) tell(recorded);
      else if (early.length < EARLY_MAX) early.push(withoutBodies(recorded));
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

/** Bodies may be large, and nobody asks for them here. */
function withoutBodies({ facts, payload }: RecordedRequest): RecordedRequest {
  return { facts, payload: { ...payload, requestBody: null, responseBody: null, responseTimings: [] } };
}
