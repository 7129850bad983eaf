import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';

/** An answer of the API. */
export interface ApiAnswer {
  readonly method: string;
  /** The template of its path; null where nothing is there. */
  readonly route: string | null;
  readonly status: number;
  readonly durationMs: number;
  /** Code of our error table; null where it went well. */
  readonly errorCode: string | null;
}

/** Counts what the API answered, under the same names as exchanges, which the recorder counts. */
export function createApiCount(metrics: Metrics): (answer: ApiAnswer) => void {
  const requests = metrics.counters(toMetric('http_requests_total'));
  const durations = metrics.histograms(toMetric('http_request_duration_seconds'));
  const errors = metrics.counters(toMetric('api_errors_total'));
  return ({ method, route, status, durationMs, errorCode }) => {
    const endpoint = route ?? '/*';
    requests.add([method, endpoint, `${status}`], 1);
    durations.observe([method, endpoint], durationMs / 1_000);
    if (errorCode !== null) errors.add([endpoint, errorCode], 1);
  };
}
