import type { MetricFamily } from '@nexus/telemetry';

/** Asks the worker what it has counted. */
export interface MetricsAsk {
  /** What it says, or within a second what it said last: a page must not wait for a worker that is busy or starting. */
  load(ask: () => void): Promise<readonly MetricFamily[]>;
  /** The worker said it. */
  hear(families: readonly MetricFamily[]): void;
}

const ANSWER_MS_MAX = 1_000;

export function createMetricsAsk(): MetricsAsk {
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
      const timer = setTimeout(() => answer(last), ANSWER_MS_MAX);
      ask();
      return promise.finally(() => clearTimeout(timer));
    },
    hear: (families) => {
      last = families;
      answer(families);
    },
  };
}
