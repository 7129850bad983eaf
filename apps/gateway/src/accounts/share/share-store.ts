import type { SharedKind, SharedState } from '@nexus/storage';

/** Where processes leave what others should know: PostgreSQL or Redis. */
export interface ShareStore {
  /** What others left of one kind since the last look; with null everything, one's own too. */
  load(kind: SharedKind, since: number | null): Promise<LeftStates>;
  save(kind: SharedKind, states: readonly SharedState[]): Promise<void>;
  /** Puts back what the store lost, and leaves alone what somebody has told it since. */
  restore(kind: SharedKind, states: readonly SharedState[]): Promise<void>;
  /** Takes the next `count` turns of a pool for this process, and gives the first of them. */
  claimTurns(pool: string, count: number): Promise<number>;
  /** Forgets what nobody told of for `ageMs`. */
  forget(kind: SharedKind, ageMs: number): Promise<void>;
}

export interface LeftStates {
  readonly states: readonly SharedState[];
  /** Give it back the next time. */
  readonly since: number | null;
  /** Whether what was left there is lost: then whoever knows it restores it. */
  readonly hasForgotten: boolean;
}
