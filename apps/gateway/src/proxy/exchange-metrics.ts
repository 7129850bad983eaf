import type { AnswerState } from '@nexus/anthropic';
import { PHASES } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';
import type { ExchangeRecord } from '../recorder/recorder.ts';

/** Counts finished exchanges. */
export interface ExchangeMetrics {
  count(record: ExchangeRecord, seen: AnswerState | null): void;
}

export function createExchangeMetrics(metrics: Metrics, readInFlight: () => number): ExchangeMetrics {
  const phases = metrics.histogram(
    { name: 'nexus_phase_seconds', help: 'Time that exchanges spent in each phase.' },
    'phase',
    PHASES,
  );
  const durations = metrics.histogram(
    { name: 'nexus_exchange_seconds', help: 'Life of an exchange, from its first to its last byte here.' },
    'answer',
    ['stream', 'whole'],
  );
  const firstTokens = metrics.histogram(
    { name: 'nexus_first_token_seconds', help: 'Wait for the first token of streamed answers.' },
    'answer',
    ['stream'],
  );
  const outcomes = metrics.counter({ name: 'nexus_exchanges_total', help: 'Exchanges by how they ended.' }, 'outcome');
  const failOvers = metrics.counter(
    { name: 'nexus_fail_overs_total', help: 'Exchanges for which more than one account was asked, by how they ended.' },
    'outcome',
  );
  const statuses = metrics.counter({ name: 'nexus_answers_total', help: 'Answers by status.' }, 'status');
  const tokens = metrics.counter({ name: 'nexus_tokens_total', help: 'Tokens by kind, as Claude counted.' }, 'kind');
  metrics.gauge({ name: 'nexus_exchanges_in_flight', help: 'Exchanges in flight now.' }, readInFlight);

  return {
    count: (record, seen) => {
      for (const name of PHASES) {
        const span = record.phases[name];
        if (span !== undefined) phases.observe(name, (span.endUs - span.startUs) / 1_000_000);
      }
      durations.observe(record.stream ? 'stream' : 'whole', record.durationMs / 1_000);
      if (record.firstTokenMs !== null) firstTokens.observe('stream', record.firstTokenMs / 1_000);
      outcomes.add(record.outcome, 1);
      if (record.attempts.length > 1) failOvers.add(record.outcome, 1);
      statuses.add(record.status === null ? 'none' : String(record.status), 1);
      const usage = seen?.usage ?? null;
      if (usage === null) return;
      tokens.add('input', usage.inputTokens);
      tokens.add('output', usage.outputTokens);
      tokens.add('cache-read', usage.cacheReadTokens);
      tokens.add('cache-write', usage.cacheWrite5mTokens + usage.cacheWrite1hTokens);
    },
  };
}
