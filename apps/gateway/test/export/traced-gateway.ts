import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '@nexus/testkit';
import { DASHBOARD_KEY } from '../metrics/load-page.ts';
import { type TestGateway, type TestGatewayOptions, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

/** A gateway that sends traces and metrics to a collector of the test. */
export interface TracedGateway extends AsyncDisposable {
  readonly gw: TestGateway;
  readonly collector: OtlpCollector;
  /** The spans of one request, the root first, once they came. */
  trace(requestId: string | null): Promise<readonly CollectedSpan[]>;
}

export async function startTracedGateway(options: TestGatewayOptions = {}): Promise<TracedGateway> {
  const collector = startOtlpCollector();
  const { env = {}, ...rest } = options;
  const gw = await startTestGateway({
    ...rest,
    env: (fake) => ({
      DASHBOARD_API_KEY: DASHBOARD_KEY,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      ...(typeof env === 'function' ? env(fake) : env),
    }),
  });
  return {
    gw,
    collector,
    trace: (requestId) =>
      waitFor('the trace to arrive', () => {
        const root = collector.spans.find((span) => span.attributes['nexus.request.id'] === requestId);
        return root && [root, ...collector.spans.filter((span) => span !== root && span.traceId === root.traceId)];
      }),
    [Symbol.asyncDispose]: async () => {
      await gw[Symbol.asyncDispose]();
      await collector.stop();
    },
  };
}
