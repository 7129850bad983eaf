type Headers = readonly (readonly [name: string, value: string])[];

/** The windows of a plan, which fill with what is used and start anew. */
export interface DemoWindows {
  /** Uses so much, and gives the headers with which Claude tells of it. Instants only ever go on. */
  take(atMs: number, nanoDollars: number): Headers;
}

const HOUR_MS = 3_600_000;
const SPANS = [
  { name: '5h', spanMs: 5 * HOUR_MS, nanoMax: 9_000_000_000 },
  { name: '7d', spanMs: 7 * 24 * HOUR_MS, nanoMax: 95_000_000_000 },
] as const;
const PREFIX = 'anthropic-ratelimit-unified-';

/** A window begins with the first request after the one before it ended, and never tells more than all. */
export function createDemoWindows(): DemoWindows {
  const states = SPANS.map(({ name, spanMs, nanoMax }) => ({ name, spanMs, nanoMax, resetMs: 0, used: 0 }));
  return {
    take(atMs, nanoDollars) {
      for (const state of states) {
        if (atMs >= state.resetMs) {
          state.resetMs = atMs + state.spanMs;
          state.used = 0;
        }
        state.used = Math.min(state.nanoMax, state.used + nanoDollars);
      }
      return [
        [`${PREFIX}status`, 'allowed'],
        ...states.flatMap(({ name, used, nanoMax, resetMs }): Headers => [
          [`${PREFIX}${name}-status`, 'allowed'],
          // Claude tells whole hundredths.
          [`${PREFIX}${name}-utilization`, (Math.floor((used / nanoMax) * 100) / 100).toFixed(2)],
          [`${PREFIX}${name}-reset`, String(Math.floor(resetMs / 1_000))],
        ]),
      ];
    },
  };
}
