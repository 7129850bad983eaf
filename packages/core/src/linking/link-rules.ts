import type { Digest } from '@nexus/anthropic';

/** What linking is told from outside. All spans are milliseconds. */
export interface LinkRules {
  /** SHA-256; names and ids are made with it. */
  readonly digest: Digest;
  /** How long after its launching answer ended an agent may send its first request. */
  readonly agentWindowMs: number;
  /** The same where the agent runs in the background, and may wait there for others to end. */
  readonly asynchronousAgentWindowMs: number;
  /** The same where both requests name the same session, so that nobody else's can be meant. */
  readonly sessionAgentWindowMs: number;
  /** How long after a first attempt that did not complete an equal opening counts as its retry. */
  readonly retryWindowMs: number;
  /** How long after a compaction its summary may be gone on from. */
  readonly summaryWindowMs: number;
}

/** The windows as they are unless somebody sets them otherwise. */
export const LINK_WINDOWS = {
  // The seeds' default.
  agentWindowMs: 30_000,
  // Claude Code runs ten agents at once; the eleventh waits for one to end, which takes minutes.
  asynchronousAgentWindowMs: 600_000,
  sessionAgentWindowMs: 24 * 3_600_000,
  // A call that timed out after its 600 s is sent again within a minute of back-off.
  retryWindowMs: 660_000,
  summaryWindowMs: 7 * 24 * 3_600_000,
} as const;
