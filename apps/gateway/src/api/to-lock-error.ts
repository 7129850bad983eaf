import { GatewayError } from '@nexus/contract';

/** Why a route stays shut, in words for whoever asks there: a scraper cannot sign in. */
export function toLockError(path: string, failure: unknown): unknown {
  if (path !== '/metrics' || !(failure instanceof GatewayError) || failure.row.status !== 401) return failure;
  const { code, detail } = failure;
  return new GatewayError(code, { publicMessage: METRICS_WORDS, detail, cause: failure });
}

const METRICS_WORDS =
  'The metrics are locked. Set NEXUS_METRICS_TOKEN and send it as Authorization: Bearer, ' +
  'which is `authorization: { credentials: … }` of a scrape job of Prometheus; a key with the scope read works too.';
