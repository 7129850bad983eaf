// Alone: this thread needs none of the schemas of the contract, which take 60 ms to load and 14 MB.
import { toMetric } from '@nexus/contract/metrics';
import { PHASES } from '@nexus/contract/phases';
import type { RecordedRequest } from '@nexus/core';
import type { Exemplar, Instruments } from '@nexus/telemetry';

/** Counts how exchanges ended and where their time went. */
export function createExchangeCount(
  instruments: Instruments,
): (recorded: RecordedRequest, exemplar?: Exemplar) => void {
  const phases = instruments.histogram(toMetric('nexus_phase_seconds'), 'phase', PHASES);
  const durations = instruments.histogram(toMetric('nexus_exchange_seconds'), 'answer', ['stream', 'whole']);
  const outcomes = instruments.counter(toMetric('nexus_exchanges_total'), 'outcome');
  const failOvers = instruments.counter(toMetric('nexus_fail_overs_total'), 'outcome');
  const statuses = instruments.counter(toMetric('nexus_answers_total'), 'status');
  return ({ facts, payload }, exemplar) => {
    for (const name of PHASES) {
      const span = payload.phases[name];
      if (span !== undefined) phases.observe(name, (span.endUs - span.startUs) / 1_000_000);
    }
    durations.observe(facts.stream ? 'stream' : 'whole', facts.durationMs / 1_000, exemplar);
    outcomes.add(facts.outcome, 1);
    if ((payload.attempts?.length ?? 0) > 1) failOvers.add(facts.outcome, 1);
    statuses.add(facts.status === null ? 'none' : `${facts.status}`, 1);
  };
}
