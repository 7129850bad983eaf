import type { RequestFacts } from '@nexus/core';

/** What is told to the main thread of requests that were recorded. */
export interface RecordedNews {
  /** Each the JSON of its `RequestFacts`. */
  readonly recorded: readonly string[];
  /** Nano-dollars by model, in the order in which models came. */
  readonly costs: readonly (readonly [model: string, nanoDollars: number])[];
}

/** Gathers facts until somebody takes them. Costs are added up here, so that nobody reads the text of all facts for them. */
export interface ToldFacts {
  add(facts: RequestFacts): void;
  take(): RecordedNews;
}

export function createToldFacts(): ToldFacts {
  let recorded: string[] = [];
  let costs = new Map<string, number>();
  return {
    add: (facts) => {
      recorded.push(JSON.stringify(facts));
      const nanoDollars = facts.cost?.nanoDollars ?? 0;
      if (nanoDollars === 0) return;
      const model = facts.model ?? '';
      costs.set(model, (costs.get(model) ?? 0) + nanoDollars);
    },
    take: () => {
      const news = { recorded, costs: [...costs] };
      recorded = [];
      costs = new Map();
      return news;
    },
  };
}
