import { toPlainModelId } from '../pricing/find-price.ts';

/**
 * Tokens below which a prompt is never cached, marked or not, and without an error.
 * Source: platform.claude.com/docs/en/build-with-claude/prompt-caching, "Cache limitations", read through its mirrors 2026-11-21.
 */
const MINIMUMS: Readonly<Record<string, number>> = {
  'claude-fable-5-2': 512,
  'claude-fable-5-1': 512,
  'claude-mythos-5-1': 512,
  'claude-fable-5': 512,
  'claude-mythos-5': 512,
  'claude-opus-5-5': 512,
  'claude-opus-5': 512,
  'claude-sonnet-5-5': 512,
  'claude-haiku-5-5': 512,
  'claude-opus-4-8': 1_024,
  'claude-sonnet-5': 1_024,
  'claude-sonnet-4-6': 1_024,
  'claude-sonnet-4-5': 1_024,
  'claude-sonnet-4': 1_024,
  'claude-opus-4-1': 1_024,
  'claude-opus-4': 1_024,
  'claude-3-7-sonnet': 1_024,
  'claude-3-5-sonnet': 1_024,
  'claude-3-opus': 1_024,
  'claude-opus-4-7': 2_048,
  'claude-3-5-haiku': 2_048,
  'claude-3-haiku': 2_048,
  'claude-opus-4-6': 4_096,
  'claude-opus-4-5': 4_096,
  'claude-haiku-4-5': 4_096,
};

/** The shortest prompt (tokens) that a model caches; null where that is not known. */
export function findCacheMinimum(model: string): number | null {
  return MINIMUMS[toPlainModelId(model)] ?? null;
}
