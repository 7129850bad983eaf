import type { World } from '../stacks/start-world.ts';

/** How long and how often is measured. */
export interface Effort {
  /** Pairs A B A B … of which medians are given, where there is more than one. */
  readonly rounds: number;
  readonly seconds: number;
  /** Requests of the scenarios that count instead of saturating. */
  readonly requests: number;
  readonly streams: number;
  readonly turns: number;
}

export interface ScenarioResult {
  readonly title: string;
  /** How often the figures were taken, and which of them are given: one that was taken once may be of a bad moment. */
  readonly taken: string;
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

/** What `taken` says of figures of so many rounds. */
export function toTaken(rounds: number): string {
  if (rounds === 1) return 'One round: every figure was taken once, the stacks one after the other.';
  return `Medians of ${rounds} rounds, in which the stacks took turns (A B A B …).`;
}

export function toFixed(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
