import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import type { SpanDraft } from './span-draft.ts';

/** A span as OTLP's serializers read it. */
export type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

/** Who made spans, and what with. */
export interface SpanMaker {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
}

export function toReadableSpan(draft: SpanDraft, { resource, scope }: SpanMaker): ReadableSpan {
  const { traceId, spanId, parentSpanId, parentIsRemote, name, kind, startUs, endUs, failure } = draft;
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => context,
    ...(parentSpanId === null
      ? {}
      : { parentSpanContext: { ...context, spanId: parentSpanId, isRemote: parentIsRemote } }),
    startTime: toHrTime(startUs),
    endTime: toHrTime(endUs),
    duration: toHrTime(endUs - startUs),
    ended: true,
    status: failure === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: failure },
    attributes: toAttributes(draft.attributes),
    links: [],
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Whole seconds, and the nanoseconds above them. */
function toHrTime(us: number): HrTime {
  const seconds = Math.floor(us / 1_000_000);
  return [seconds, (us - seconds * 1_000_000) * 1_000];
}

function toAttributes(values: SpanDraft['attributes']): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) attributes[name] = typeof value === 'object' ? [...value] : value;
  }
  return attributes;
}
