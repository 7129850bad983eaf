import type { World } from '../stacks/start-world.ts';

/** How long and how often is measured. */
export interface Effort {
  /** Pairs A B A B … of which medians are given. */
  readonly rounds: number;
  readonly seconds: number;
  /** Requests of the scenarios that count instead of saturating. */
  readonly requests: number;
  readonly streams: number;
  readonly turns: number;
}

export interface ScenarioResult {
  readonly title: string;
  /** Headings of `rows`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the aim asks, and whether it was met. */
  readonly verdicts: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  run(world: World, effort: Effort): Promise<ScenarioResult>;
}

export function toFixed(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
