import type { Config } from '@nexus/config';
import type { OtlpOptions } from '@nexus/telemetry';
import type { Sampling } from './is-sampled.ts';

/** What the recorder's thread tells others of requests: plain data, since it travels to that thread. */
export interface ExportSettings {
  /** Null where nothing goes to a collector. */
  readonly otlp: OtlpSettings | null;
  /** TELEMETRY_ENDPOINT; null where nothing is reported. */
  readonly reportsUrl: string | null;
  /** Where requests are sent, unless an account has an upstream of its own. */
  readonly upstreamUrl: string;
}

export interface OtlpSettings extends Omit<OtlpOptions, 'scope' | 'fetch' | 'onChange'> {
  readonly sampling: Sampling;
  /** Bytes of what was said that one trace may hold; null where it holds none. */
  readonly contentBytesMax: number | null;
}

/** Who this program is: each process is an instance of the service. */
export interface ProgramIdentity {
  readonly version: string;
  readonly instanceId: string;
}

/** Null where nothing is told to anybody. */
export function toExportSettings(
  { otel, telemetry, upstream }: Pick<Config, 'otel' | 'telemetry' | 'upstream'>,
  identity: ProgramIdentity,
): ExportSettings | null {
  const otlp = toOtlpSettings(otel, identity);
  const reportsUrl = telemetry.reportsEnabled ? (telemetry.endpoint?.reveal() ?? null) : null;
  if (otlp === null && reportsUrl === null) return null;
  return { otlp, reportsUrl, upstreamUrl: upstream.baseUrl };
}

/** Whether requests become traces at all. */
export function areTraced(settings: Pick<ExportSettings, 'otlp'> | null): boolean {
  return settings?.otlp?.tracesUrl != null;
}

function toOtlpSettings(otel: Config['otel'], identity: ProgramIdentity): OtlpSettings | null {
  const { disabled, protocol, compression, timeoutMs, metricsEveryMs, sampler, samplerRatio } = otel;
  if (disabled || protocol === 'grpc') return null;
  const tracesUrl = otel.tracesExporter === 'otlp' ? toSignalUrl(otel, 'traces') : null;
  const metricsUrl = otel.metricsExporter === 'otlp' ? toSignalUrl(otel, 'metrics') : null;
  if (tracesUrl === null && metricsUrl === null) return null;
  return {
    tracesUrl,
    metricsUrl,
    protocol,
    compression,
    headers: toPairs(otel.headers?.reveal() ?? ''),
    timeoutMs,
    metricsEveryMs,
    resource: {
      ...toPairs(otel.resourceAttributes),
      'service.name': otel.serviceName,
      'service.version': identity.version,
      'service.instance.id': identity.instanceId,
    },
    sampling: { sampler, ratio: samplerRatio },
    contentBytesMax: otel.captureContent ? otel.contentBytesMax : null,
    traceBytes: TRACE_BYTES + (otel.captureContent ? otel.contentBytesMax : 0),
  };
}

/** What a trace weighs without anything that was said. */
const TRACE_BYTES = 10_000;

/** The endpoint of one signal is taken as it is; that of all gets the signal's path (OTLP exporter specification). */
function toSignalUrl(otel: Config['otel'], signal: 'traces' | 'metrics'): string | null {
  const own = signal === 'traces' ? otel.tracesEndpoint : otel.metricsEndpoint;
  if (own !== null) return own;
  return otel.endpoint === null ? null : `${otel.endpoint.replace(/\/+$/, '')}/v1/${signal}`;
}

/** `a=1,b=two%20words`, as W3C Baggage writes it. */
function toPairs(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(
    pairs.flatMap(([name = '', value = '']) => (name.trim() === '' ? [] : [[name.trim(), decode(value.trim())]])),
  );
}

/** A lone percent sign is meant as one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
