import { type RecordedRequest, type RequestFacts, toBilledTokens } from '@nexus/core';
import { toMetric } from '@nexus/contract/metrics';
import type { Exemplar, Instruments } from '@nexus/telemetry';
import { toAccountLabel } from '../accounts/account-label.ts';
import { toErrorType } from '../export/to-error-type.ts';
import { toKnownMethod, toRoute } from '../export/to-route.ts';
import { createActiveSessions } from './active-sessions.ts';
import { createExchangeCount } from './exchange-metrics.ts';
import type { ModelNames } from './model-names.ts';

/** Counts requests once they are recorded, in the recorder's thread: none of it is work of the thread that moves bytes. */
export interface RequestMetrics {
  /** `exemplar` says where to look at it. */
  count(recorded: RecordedRequest, exemplar?: Exemplar): void;
  /** Counts a message of a batch, or a call that was abandoned, that nobody counted before. */
  countBatchMessage(facts: RequestFacts): void;
}

export interface RequestMetricsParts {
  readonly instruments: Instruments;
  readonly models: ModelNames;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export function createRequestMetrics(parts: RequestMetricsParts): RequestMetrics {
  const countTokens = createTokenCount(parts);
  const countMoney = createMoneyCount(parts);
  const others = [createHttpCount, createUpstreamCount, createStreamCount].map((create) => create(parts));
  const counts: Count[] = [...others, countTokens, countMoney];
  counts.push(createExchangeCount(parts.instruments));
  const sessions = createActiveSessions(parts.clock);
  parts.instruments.gauge(toMetric('active_sessions'), () => sessions.count());
  const tools = parts.instruments.counters(toMetric('nexus_tool_calls_total'));
  const batchMessages = parts.instruments.counters(toMetric('nexus_batch_messages_total'));
  const unreadBatches = parts.instruments.counters(toMetric('nexus_batch_unread_total'));
  return {
    count: (recorded, exemplar) => {
      for (const count of counts) count(recorded, exemplar);
      const { sessionId, toolNames } = recorded.facts;
      if (sessionId !== null) sessions.see(sessionId);
      for (const name of toolNames) tools.add([name.slice(0, TOOL_LENGTH_MAX)], 1);
      const { batch } = recorded.payload;
      if (batch !== undefined && (batch.unread > 0 || !batch.isWhole)) unreadBatches.add([], 1);
    },
    countBatchMessage: (facts) => {
      if (facts.kind === 'batch') batchMessages.add([parts.models.toLabel(facts)], 1);
      countTokens({ facts });
      countMoney({ facts });
      for (const name of facts.toolNames) tools.add([name.slice(0, TOOL_LENGTH_MAX)], 1);
    },
  };
}

const TOOL_LENGTH_MAX = 100;

type Count = (recorded: RecordedRequest, exemplar?: Exemplar) => void;

function createHttpCount({ instruments }: RequestMetricsParts): Count {
  const requests = instruments.counters(toMetric('http_requests_total'));
  const durations = instruments.histograms(toMetric('http_request_duration_seconds'));
  const errors = instruments.counters(toMetric('api_errors_total'));
  const limited = instruments.counters(toMetric('nexus_rate_limited_total'));
  return ({ facts, payload }, exemplar) => {
    const route = toRoute(facts.path);
    const method = toKnownMethod(facts.method);
    requests.add([method, route, facts.status === null ? 'none' : `${facts.status}`], 1);
    durations.observe([method, route], facts.durationMs / 1_000, exemplar);
    const errorType = toErrorType(facts);
    if (errorType !== null) errors.add([route, errorType], 1);
    const bucket = toBucket(facts.errorCode, payload.errorDetail?.['limit']);
    if (bucket !== null) limited.add([bucket], 1);
  };
}

/** What it was that refused: `requests`, `input-tokens`, …, `budget`, or `process` for the bound of all. */
function toBucket(errorCode: string | null, limit: unknown): string | null {
  if (errorCode === 'rate-limited') return typeof limit === 'string' ? limit : 'requests';
  if (errorCode === 'limit-reached') return 'process';
  return errorCode?.startsWith('budget-') === true ? 'budget' : null;
}

function createUpstreamCount({ instruments, models }: RequestMetricsParts): Count {
  const requests = instruments.counters(toMetric('nexus_upstream_requests_total'));
  return ({ facts, payload }) => {
    if (payload.phases['forward'] === undefined) return;
    const { accountId, status } = facts;
    // Where the first account that was asked answered, there is no list.
    const tries = payload.attempts ?? [{ accountId: accountId ?? '', status }];
    const model = models.toLabel(facts);
    for (const one of tries) {
      const credential = one.accountId === '' ? 'caller' : toAccountLabel(one.accountId);
      requests.add(['anthropic', model, toStatusClass(one.status), credential], 1);
    }
  };
}

function toStatusClass(status: number | null): string {
  return status === null ? 'none' : `${Math.floor(status / 100)}xx`;
}

function createStreamCount({ instruments, models }: RequestMetricsParts): Count {
  const firstTokens = instruments.histograms(toMetric('nexus_ttft_seconds'));
  const durations = instruments.histograms(toMetric('nexus_stream_duration_seconds'));
  const ends = instruments.counters(toMetric('nexus_stream_end_total'));
  return ({ facts }, exemplar) => {
    const { stream, firstByteMs, firstTokenMs, durationMs, outcome } = facts;
    if (!stream || firstByteMs === null) return;
    const model = models.toLabel(facts);
    if (firstTokenMs !== null) firstTokens.observe([model], firstTokenMs / 1_000, exemplar);
    durations.observe([model], Math.max(0, durationMs - firstByteMs) / 1_000, exemplar);
    ends.add([outcome], 1);
  };
}

type CountFacts = (told: Pick<RecordedRequest, 'facts'>) => void;

function createTokenCount({ instruments, models }: RequestMetricsParts): CountFacts {
  const tokens = [
    instruments.counters(toMetric('nexus_tokens_total')),
    instruments.counters(toMetric('token_usage_total')),
  ];
  return ({ facts }) => {
    if (facts.usage === null) return;
    const model = models.toLabel(facts);
    for (const [type, count] of listTokens(facts.usage)) {
      if (count > 0) for (const counter of tokens) counter.add([model, type], count);
    }
  };
}

/** Kinds as they are billed; `reasoning` is a part of `output`. */
function listTokens(usage: NonNullable<RequestFacts['usage']>): readonly (readonly [type: string, count: number])[] {
  const billed = toBilledTokens(usage);
  return [
    ['input', billed.inputTokens],
    ['output', billed.outputTokens],
    ['cache_read', billed.cacheReadTokens],
    ['cache_write', billed.cacheWrite5mTokens + billed.cacheWrite1hTokens],
    ['reasoning', usage.thinkingTokens],
  ];
}

const NANO = 1_000_000_000;

function createMoneyCount({ instruments, models }: RequestMetricsParts): CountFacts {
  const dollars = instruments.counters(toMetric('nexus_cost_usd_total'));
  const saved = instruments.counters(toMetric('nexus_cache_saved_usd_total'));
  const unpriced = instruments.counters(toMetric('nexus_unpriced_requests_total'));
  const suspicious = instruments.counters(toMetric('nexus_suspicious_requests_total'));
  return ({ facts }) => {
    const { cost, usage } = facts;
    if (cost === null) return;
    const model = models.toLabel(facts);
    if ((usage?.suspicious ?? []).length > 0) suspicious.add([model], 1);
    const cacheSaved = cost.cacheSaved ?? 0;
    if (cacheSaved > 0) saved.add([model], cacheSaved / NANO);
    if (cost.nanoDollars === null) unpriced.add([model], 1);
    else if (cost.nanoDollars > 0) dollars.add([model], cost.nanoDollars / NANO);
  };
}
