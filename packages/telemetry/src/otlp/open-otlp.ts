import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type PostQueue, type PostStats, createPostQueue } from '../post-queue.ts';
import type { OtlpHistogram, OtlpHistogramText } from './otlp-histogram.ts';
import type { SpanDraft } from './span-draft.ts';

/** Spans and metrics on their way to a collector. Nothing of it is ever waited for. */
export interface Otlp {
  /** Takes the spans of one trace, which go or are dropped together. Where there is no room for them they are not made. */
  addSpans(makeSpans: () => readonly SpanDraft[]): void;
  /** Null where metrics are not sent. */
  histogram(text: OtlpHistogramText): OtlpHistogram | null;
  stats(): { readonly traces: PostStats; readonly metrics: PostStats };
  /** Sends what waits, within `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

export interface OtlpOptions {
  /** Where each signal goes; null: it is not sent. */
  readonly tracesUrl: string | null;
  readonly metricsUrl: string | null;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly compression: 'none' | 'gzip';
  readonly headers: Readonly<Record<string, string>>;
  /** Longest wait for the answer to one post. */
  readonly timeoutMs: number;
  /** What one trace weighs at most: fewer may wait where they are large. */
  readonly traceBytes: number;
  /** How often metrics are sent. */
  readonly metricsEveryMs: number;
  /** Who this is, such as `service.name`. */
  readonly resource: Readonly<Record<string, string>>;
  readonly scope: { readonly name: string; readonly version: string };
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Told where sending begins to fail, and with null where it goes well again. */
  readonly onChange?: (signal: 'traces' | 'metrics', problem: string | null) => void;
}

/** Memory of traces behind a collector that does not answer. */
const TRACES_BYTES_MAX = 20_000_000;
/** Collectors take posts of 20 MB as a rule, and some of 4. */
const POST_BYTES_MAX = 2_000_000;
const TRACES_OF_A_POST_MAX = 100;
const GATHER_MS = 1_000;
const TRIES_MAX = 4;
const RETRY_MS = 1_000;

/**
 * Opens the way to a collector. The libraries are loaded here and not before, so that who sends nothing does not carry
 * them. Their own exporters are not used: those read the environment, and do not say what they dropped.
 */
export async function openOtlp(options: OtlpOptions): Promise<Otlp> {
  const [{ resourceFromAttributes }, serializers, { toReadableSpan }, { createMeter }] = await Promise.all([
    import('@opentelemetry/resources'),
    import('@opentelemetry/otlp-transformer'),
    import('./to-readable-span.ts'),
    import('./create-meter.ts'),
  ]);
  const { protocol, scope, metricsUrl } = options;
  const resource = resourceFromAttributes({ ...options.resource });
  const isJson = protocol === 'http/json';
  const spanWriter = isJson ? serializers.JsonTraceSerializer : serializers.ProtobufTraceSerializer;
  const metricWriter = isJson ? serializers.JsonMetricsSerializer : serializers.ProtobufMetricsSerializer;
  const traces = createSignalQueue<readonly SpanDraft[]>(options, 'traces', (items) =>
    toBody(spanWriter.serializeRequest(items.flat().map((draft) => toReadableSpan(draft, { resource, scope })))),
  );
  const metrics = createSignalQueue<ResourceMetrics>(options, 'metrics', ([collected]) =>
    toBody(collected === undefined ? undefined : metricWriter.serializeRequest(collected)),
  );
  const meter = createMeter({ resource, scope });

  async function sendMetrics(): Promise<void> {
    const collected = await meter.collect();
    if (collected !== null) metrics?.add(() => collected);
  }

  const timer = metricsUrl === null ? null : setInterval(() => void sendMetrics(), options.metricsEveryMs);
  return {
    addSpans: (makeSpans) => traces?.add(makeSpans),
    histogram: (text) => (metricsUrl === null ? null : meter.histogram(text)),
    stats: () => ({ traces: traces?.stats() ?? NOTHING, metrics: metrics?.stats() ?? NOTHING }),
    close: async (deadlineMs) => {
      if (timer !== null) clearInterval(timer);
      if (metricsUrl !== null) await sendMetrics();
      await Promise.all([traces?.close(deadlineMs), metrics?.close(deadlineMs)]);
    },
  };
}

const NOTHING: PostStats = { waiting: 0, sent: 0, dropped: 0, lastProblem: null };

/** The queue of one signal; null where it is not sent. */
function createSignalQueue<T>(
  options: OtlpOptions,
  signal: 'traces' | 'metrics',
  encode: (items: readonly T[]) => Uint8Array<ArrayBuffer> | null,
): PostQueue<T> | null {
  const url = signal === 'traces' ? options.tracesUrl : options.metricsUrl;
  if (url === null) return null;
  const { protocol, compression, headers, timeoutMs, traceBytes, fetch, onChange } = options;
  const isGzip = compression === 'gzip';
  const mediaType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  return createPostQueue<T>({
    url,
    headers: { ...headers, 'content-type': mediaType, ...(isGzip ? { 'content-encoding': 'gzip' } : {}) },
    encode: (items) => {
      const body = encode(items);
      return body === null || !isGzip ? body : Bun.gzipSync(body);
    },
    // Each metrics post holds all there is, so that an older one that waits is of no more use.
    itemsMax: signal === 'traces' ? Math.ceil(TRACES_BYTES_MAX / traceBytes) : 2,
    batchMax: signal === 'traces' ? toTracesOfPost(traceBytes) : 1,
    gatherMs: GATHER_MS,
    flightsMax: 1,
    timeoutMs,
    triesMax: TRIES_MAX,
    retryMs: RETRY_MS,
    fetch,
    ...(onChange === undefined ? {} : { onChange: (problem) => onChange(signal, problem) }),
  });
}

function toTracesOfPost(traceBytes: number): number {
  return Math.max(1, Math.min(TRACES_OF_A_POST_MAX, Math.floor(POST_BYTES_MAX / traceBytes)));
}

/** A copy on plain memory, as `fetch` asks for. */
function toBody(bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> | null {
  return bytes === undefined ? null : new Uint8Array(bytes);
}
