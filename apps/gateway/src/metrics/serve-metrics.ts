import type { Secret } from '@nexus/config';
import type { MetricsPage } from '@nexus/telemetry';
import { isSameSecret } from '../identity/is-same-secret.ts';
import { chooseFormat } from './choose-format.ts';

export interface MetricsDoor {
  /** NEXUS_METRICS_TOKEN; null where the port asks for none. */
  readonly token: Secret | null;
  readonly page: () => Promise<MetricsPage>;
}

/** What METRICS_PORT answers: one page, and nothing else of this program. */
export async function serveMetrics(request: Request, { token, page }: MetricsDoor): Promise<Response> {
  if (new URL(request.url).pathname !== '/metrics') return toText(404, 'The metrics are at /metrics.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return toText(405, 'GET /metrics');
  if (token !== null && !hasToken(request.headers, token)) {
    const answer = toText(
      401,
      'Send NEXUS_METRICS_TOKEN as Authorization: Bearer; in a scrape job of Prometheus, authorization: { credentials: … }.',
    );
    answer.headers.set('www-authenticate', 'Bearer');
    return answer;
  }
  return toMetricsAnswer(request.headers, await page());
}

/** The page in the format that `headers` ask for. */
export function toMetricsAnswer(headers: Headers, page: MetricsPage): Response {
  const { format, mediaType } = chooseFormat(headers.get('accept'));
  return new Response(page.write(format), { headers: { 'content-type': mediaType, vary: 'accept' } });
}

/** Whether a request brings the token that opens the metrics and nothing else. */
export function hasToken(headers: Headers, token: Secret): boolean {
  const presented = /^bearer\s+(\S+)\s*$/i.exec(headers.get('authorization') ?? '')?.[1];
  return presented !== undefined && isSameSecret(presented, token);
}

function toText(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
