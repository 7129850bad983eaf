import type { CollectedPoint, CollectedSpan, CollectedValue } from './collected.ts';
import {
  type WireMessage,
  readMessage,
  toBytes,
  toDouble,
  toHex,
  toMessages,
  toNumber,
  toText,
  toWhole,
} from './read-message.ts';

/** Spans of an `ExportTraceServiceRequest` (opentelemetry-proto, trace/v1/trace.proto); numbers of fields are those there. */
export function readSpans(body: Uint8Array): CollectedSpan[] {
  return toMessages(readMessage(body), 1).flatMap((resourceSpans) => {
    const resource = readAttributes(toMessages(resourceSpans, 1)[0], 1);
    const spans = toMessages(resourceSpans, 2).flatMap((scopeSpans) => toMessages(scopeSpans, 2));
    return spans.map((span) => readSpan(span, resource));
  });
}

function readSpan(span: WireMessage, resource: CollectedSpan['resource']): CollectedSpan {
  const [status] = toMessages(span, 15);
  const parentSpanId = toHex(span.get(4)?.[0]);
  return {
    traceId: toHex(span.get(1)?.[0]),
    spanId: toHex(span.get(2)?.[0]),
    parentSpanId: parentSpanId === '' ? null : parentSpanId,
    name: toText(span.get(5)?.[0]),
    kind: toNumber(span.get(6)?.[0]),
    startNs: toWhole(span.get(7)?.[0]),
    endNs: toWhole(span.get(8)?.[0]),
    attributes: readAttributes(span, 9),
    statusCode: status === undefined ? 0 : toNumber(status.get(3)?.[0]),
    statusMessage: status === undefined ? '' : toText(status.get(2)?.[0]),
    resource,
  };
}

/** Points of histograms of an `ExportMetricsServiceRequest` (metrics/v1/metrics.proto). */
export function readPoints(body: Uint8Array): CollectedPoint[] {
  return toMessages(readMessage(body), 1).flatMap((resourceMetrics) => {
    const resource = readAttributes(toMessages(resourceMetrics, 1)[0], 1);
    const metrics = toMessages(resourceMetrics, 2).flatMap((scopeMetrics) => toMessages(scopeMetrics, 2));
    return metrics.flatMap((metric) =>
      toMessages(metric, 9)
        .flatMap((histogram) => toMessages(histogram, 1))
        .map((point) => ({
          name: toText(metric.get(1)?.[0]),
          unit: toText(metric.get(3)?.[0]),
          attributes: readAttributes(point, 9),
          count: toNumber(point.get(4)?.[0]),
          sum: toDouble(point.get(5)?.[0]),
          bounds: readDoubles(point, 7),
          resource,
        })),
    );
  });
}

function readAttributes(message: WireMessage | undefined, field: number): Record<string, CollectedValue> {
  if (message === undefined) return {};
  return Object.fromEntries(
    toMessages(message, field).map((pair) => [toText(pair.get(1)?.[0]), readAny(toMessages(pair, 2)[0])]),
  );
}

/** An `AnyValue`: text, boolean, whole number, double or a list (common/v1/common.proto). */
function readAny(value: WireMessage | undefined): CollectedValue {
  if (value === undefined) return '';
  if (value.has(2)) return toNumber(value.get(2)?.[0]) === 1;
  if (value.has(3)) return toNumber(value.get(3)?.[0]);
  if (value.has(4)) return toDouble(value.get(4)?.[0]);
  if (value.has(5)) return toMessages(value, 5).flatMap((list) => toMessages(list, 1).map(readText));
  return readText(value);
}

function readText(value: WireMessage): string {
  return toText(value.get(1)?.[0]);
}

/** `repeated double` is packed: eight bytes each, one behind the other. */
function readDoubles(message: WireMessage, field: number): number[] {
  const bytes = toBytes(message.get(field)?.[0]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, index) => view.getFloat64(index * 8, true));
}
