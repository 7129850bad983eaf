/** One question of usage, asked over HTTP. */
export interface UsageRead {
  readonly name: string;
  /** The path as it is declared, without fields. */
  readonly template: string;
  readonly path: string;
  readonly msMax: number;
}

export interface SeededWorld {
  /** Where usage ends; epoch milliseconds. */
  readonly nowMs: number;
  /** A session that ran lately. */
  readonly sessionId: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MS_MAX = 50;
const WINDOW_MS_MAX = 2;
const ACCOUNT = 'accountId=account-3';
const BERLIN = 'tz=Europe/Berlin';

/** Every endpoint, with its defaults and at its widest, then what the rooms Usage and Limits ask. */
export function listUsageReads({ nowMs, sessionId }: SeededWorld): readonly UsageRead[] {
  const since = (ms: number) => `from=${new Date(nowMs - ms).toISOString()}`;
  const report = (query: string) => toRead('/api/usage', query);
  return [
    { ...toRead('/api/token-usage/current', ACCOUNT), msMax: WINDOW_MS_MAX },
    toRead('/api/token-usage/current', `${ACCOUNT}&window=10080`),
    toRead('/api/token-usage/daily', ACCOUNT),
    toRead('/api/token-usage/daily', `${ACCOUNT}&days=90&${BERLIN}`),
    toRead('/api/token-usage/time-series', ACCOUNT),
    toRead('/api/token-usage/time-series', `${ACCOUNT}&window=24&interval=1`),
    toRead('/api/token-usage/accounts', ''),
    toRead('/api/analytics/token-usage/sliding-window', ACCOUNT),
    toRead('/api/analytics/token-usage/sliding-window', `${ACCOUNT}&days=30`),
    toRead('/api/usage/requests/hourly', ''),
    toRead('/api/usage/requests/hourly', 'days=30'),
    toRead('/api/usage/tokens/hourly', ''),
    toRead('/api/stats', ''),
    toRead('/api/stats', `since=${new Date(nowMs - 30 * DAY_MS).toISOString()}`),
    toRead('/token-stats', ''),
    toRead('/v1/analytics/usage', ''),
    toRead('/v1/analytics/usage', BERLIN),
    toRead('/v1/analytics/tokens', ''),
    toRead('/v1/analytics/tokens', 'period=month'),
    toRead('/v1/analytics/tools', ''),
    toRead('/v1/analytics/tools', `start_date=${toDate(nowMs - 30 * DAY_MS)}&${BERLIN}`),
    toRead('/v1/analytics/sessions', ''),
    toRead('/v1/analytics/sessions', `start_date=${toDate(nowMs - 30 * DAY_MS)}&limit=500&${BERLIN}`),
    { ...toRead('/v1/analytics/sessions/{sessionId}', ''), path: `/v1/analytics/sessions/${sessionId}` },
    toRead('/v1/analytics/timeseries', ''),
    ...['hour', 'day', 'week', 'month'].map((period) =>
      toRead('/v1/analytics/timeseries', `metric=sessions&period=${period}&${BERLIN}`),
    ),
    toRead('/api/usage/latency', ''),
    toRead('/api/usage/latency', since(90 * DAY_MS)),
    toRead('/api/usage/cache', ''),
    toRead('/api/limits', ''),
    toRead('/api/limits/history', `${ACCOUNT}&days=30`),
    toRead('/api/limits/shares', ACCOUNT),
    toRead('/api/limits/shares', `${ACCOUNT}&hours=168&by=session`),
    toRead('/api/traffic-limits', ''),
    toRead('/api/budgets', ''),
    toRead('/api/keys/usage', ''),
    report(''),
    report('by=model&format=csv'),
    ...['1h', '24h', '7d', '30d', '90d'].flatMap((range) =>
      ['model', 'keyId', 'projectId'].map((by) => toRange(range, { by, since })),
    ),
    ...['domain=team-2.example', 'keyId=key-7', 'model=opus', 'accountId=account-3'].map((filter) =>
      report(`${since(30 * DAY_MS)}&step=day&${BERLIN}&by=kind&${filter}`),
    ),
    named('heat map: four weeks by hour', report(`${since(28 * DAY_MS)}&step=hour&${BERLIN}`)),
    named(
      'week over week: the week before',
      report(`${since(14 * DAY_MS)}&step=all&${BERLIN}&to=${toInstant(nowMs - 7 * DAY_MS)}`),
    ),
    named('90 days before: all', report(`${since(90 * DAY_MS)}&step=all&${BERLIN}`)),
  ];
}

const RANGES: Readonly<Record<string, readonly [spanMs: number, step: string]>> = {
  '1h': [HOUR_MS, 'minute'],
  '24h': [DAY_MS, 'hour'],
  '7d': [7 * DAY_MS, 'hour'],
  '30d': [30 * DAY_MS, 'day'],
  '90d': [90 * DAY_MS, 'day'],
};

function toRange(
  range: string,
  { by, since }: { readonly by: string; readonly since: (ms: number) => string },
): UsageRead {
  const [spanMs, step] = RANGES[range] ?? [DAY_MS, 'hour'];
  const query = `${since(spanMs)}&step=${step}&${BERLIN}&by=${by}&groups=8`;
  return named(`room Usage: ${range} by ${by}, Berlin`, toRead('/api/usage', query));
}

function named(name: string, read: UsageRead): UsageRead {
  return { ...read, name };
}

function toRead(template: string, query: string): UsageRead {
  const path = query === '' ? template : `${template}?${query}`;
  return { name: path.replaceAll(/from=[^&]*&?/g, ''), template, path, msMax: MS_MAX };
}

function toInstant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function toDate(atMs: number): string {
  return toInstant(atMs).slice(0, 10);
}

const OURS =
  /^\/(api\/(usage|token-usage|analytics|stats|limits|traffic-limits|budgets|keys\/usage)|token-stats|v1\/analytics)(\/|$)/;

/** Paths of an OpenAPI document that tell of usage and limits. */
export function toPathTemplates(document: unknown): string[] {
  if (typeof document !== 'object' || document === null || !('paths' in document)) return [];
  const { paths } = document;
  if (typeof paths !== 'object' || paths === null) return [];
  return Object.entries(paths).flatMap(([path, methods]) =>
    OURS.test(path) && typeof methods === 'object' && methods !== null && 'get' in methods ? [path] : [],
  );
}
