import type { MetricFamily } from '@nexus/telemetry';

/** Asks the worker what it has counted. */
export interface MetricsAsk {
  /** What it says, or what it said last where it takes too long: a page must not wait for a worker that died. */
  load(ask: () => void): Promise<readonly MetricFamily[]>;
  /** The worker said it. */
  hear(families: readonly MetricFamily[]): void;
}

/** A worker that starts on a busy machine takes two seconds; Prometheus waits for ten. */
const ANSWER_MS_MAX = 5_000;

export function createMetricsAsk(answerMsMax = ANSWER_MS_MAX): MetricsAsk {
  let last: readonly MetricFamily[] = [];
  let asked: PromiseWithResolvers<readonly MetricFamily[]> | null = null;

  const answer = (families: readonly MetricFamily[]): void => {
    asked?.resolve(families);
    asked = null;
  };
  return {
    load: (ask) => {
      if (asked !== null) return asked.promise;
      asked = Promise.withResolvers();
      const { promise } = asked;
      const timer = setTimeout(() => answer(last), answerMsMax);
      ask();
      return promise.finally(() => clearTimeout(timer));
    },
    hear: (families) => {
      last = families;
      answer(families);
    },
  };
}
