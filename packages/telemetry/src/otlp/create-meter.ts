import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpHistogram, OtlpHistogramText } from './otlp-histogram.ts';

/** Instruments, and what they hold now. */
export interface OwnMeter {
  histogram(text: OtlpHistogramText): OtlpHistogram;
  /** Everything since the start; null where nothing was recorded. */
  collect(): Promise<ResourceMetrics | null>;
}

interface MeterParts {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
}

/** A meter of the OpenTelemetry SDK that is read when its owner says so. */
export function createMeter({ resource, scope }: MeterParts): OwnMeter {
  const reader = new AskedReader();
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter(scope.name, scope.version);
  return {
    histogram: ({ name, unit, about, bounds }) => {
      const histogram = meter.createHistogram(name, {
        unit,
        description: about,
        advice: { explicitBucketBoundaries: [...bounds] },
      });
      return { record: (value, attributes) => histogram.record(value, attributes) };
    },
    collect: async () => {
      const { resourceMetrics } = await reader.collect();
      const isEmpty = resourceMetrics.scopeMetrics.every(({ metrics }) => metrics.length === 0);
      return isEmpty ? null : resourceMetrics;
    },
  };
}

/** Collects when it is asked; sending and its times are the owner's. */
class AskedReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
