import type { Usage, UsageIteration } from '@nexus/anthropic';

/** Tokens of a call as they are billed; kinds of the cache apart. */
export type BilledTokens = Pick<
  Usage,
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWrite5mTokens' | 'cacheWrite1hTokens'
>;

/** Figures of one sampling step. */
export type BilledStep = Omit<UsageIteration, 'type'>;

/**
 * The steps that are billed; those that name no model were made by `model`. Top-level figures leave out compactions, advisors
 * and models that declined; where the list holds an ordinary step too, it is whole and the top level repeats a part of it.
 */
export function listBilledSteps(usage: Usage, model: string): readonly BilledStep[] {
  const steps = listBilledIterations(usage);
  return isListWhole(usage) ? steps : [{ ...usage, model }, ...steps];
}

/**
 * All tokens of a call that are billed, which is what every sum, window and limit counts. An answer tells what each turn of the
 * conversation reads and writes at its top level, so that is what a page of one request shows.
 */
export function toBilledTokens(usage: Usage): BilledTokens {
  if (usage.iterations.length === 0) return usage;
  return listBilledIterations(usage).reduce<BilledTokens>(add, isListWhole(usage) ? NOTHING : usage);
}

/**
 * A model that declined before its first word is not billed where another was asked in its place
 * (platform.claude.com/docs/en/build-with-claude/refusals-and-fallback, read 2026-11-21).
 */
function listBilledIterations({ iterations }: Usage): readonly UsageIteration[] {
  if (!iterations.some(({ type }) => type === 'fallback_message')) return iterations;
  return iterations.filter((step) => !isAnswer(step) || step.outputTokens > 0);
}

/** Whatever else Claude lists, of today or of years to come, stands beside the top level and not in place of it. */
function isListWhole({ iterations }: Usage): boolean {
  return iterations.some(isAnswer);
}

function isAnswer({ type }: UsageIteration): boolean {
  return type === 'message' || type === 'fallback_message';
}

function add(sum: BilledTokens, step: BilledTokens): BilledTokens {
  return {
    inputTokens: sum.inputTokens + step.inputTokens,
    outputTokens: sum.outputTokens + step.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + step.cacheReadTokens,
    cacheWrite5mTokens: sum.cacheWrite5mTokens + step.cacheWrite5mTokens,
    cacheWrite1hTokens: sum.cacheWrite1hTokens + step.cacheWrite1hTokens,
  };
}

const NOTHING: BilledTokens = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
};
