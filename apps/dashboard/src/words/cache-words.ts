import type { CacheUse, UsageSums } from '@nexus/contract';
import { countOf, formatCount } from './format-count.ts';
import { formatDuration } from './format-duration.ts';
import { formatMoney } from './format-money.ts';
import { shortModel } from './short-model.ts';

type Verdict = CacheUse['verdict'];
export type CacheVerdict = Verdict['kind'];

interface VerdictWords {
  readonly label: string;
  /** What it means, and what helps. */
  readonly about: string;
}

/** What the prompt cache did for a turn, in words. */
export const CACHE_VERDICT_WORDS: Record<CacheVerdict, VerdictWords> = {
  warm: { label: 'Read from the cache', about: 'All that the turn before had left in the cache was read.' },
  'first-turn': { label: 'First turn', about: 'Nothing came before it that it could have read.' },
  expired: {
    label: 'Expired',
    about: 'The cache forgets after five minutes without use, or after an hour where that was asked for.',
  },
  'model-changed': { label: 'Model changed', about: 'Each model has a cache of its own.' },
  'account-changed': {
    label: 'Account changed',
    about: 'Each account has a cache of its own; a conversation that keeps its account keeps its cache.',
  },
  'tools-changed': {
    label: 'Tools changed',
    about: 'Tools stand first in a prompt: one that changes moves everything behind it.',
  },
  'system-changed': { label: 'System prompt changed', about: 'What follows the changed block had to be read anew.' },
  'settings-changed': {
    label: 'Settings changed',
    about: 'Thinking, choice of tools, images and the like decide how messages are read.',
  },
  'message-changed': {
    label: 'Earlier message changed',
    about: 'What was said before was edited or left out; what follows had to be read anew.',
  },
  compacted: {
    label: 'Compacted',
    about: 'The conversation went on from a summary, which had to be read for the first time.',
  },
  'below-minimum': { label: 'Too short', about: 'The model caches no prompt as short as this one.' },
  'no-breakpoint': { label: 'Not asked for', about: 'The client put no cache marker behind what could be read again.' },
  'beyond-lookback': {
    label: 'Too far on',
    about: 'Claude looks for an entry twenty blocks back from a marker; more were added at once.',
  },
  'too-early': { label: 'Too early', about: 'It was sent before the answer that wrote the entry had begun.' },
  unexplained: {
    label: 'Unexplained',
    about: 'Nothing that was sent explains it; Claude may have given the entry up.',
  },
};

/** Why a turn missed the cache: `the tools changed (Edit added)`. Null where it did not. */
function toReason(verdict: Verdict): string | null {
  switch (verdict.kind) {
    case 'warm':
    case 'first-turn':
      return null;
    case 'expired':
      return `its entry expired (kept for ${verdict.ttl}, ${formatDuration(verdict.gapMs)} passed)`;
    case 'model-changed':
      return `the model changed (${shortModel(verdict.from)} to ${shortModel(verdict.to)})`;
    case 'account-changed':
      return `another account answered (${verdict.from}, then ${verdict.to})`;
    case 'tools-changed':
      return `the tools changed (${verdict.tool} ${verdict.change})`;
    case 'system-changed':
      return `the system prompt changed (block ${verdict.block + 1})`;
    case 'settings-changed':
      return `a setting changed (${verdict.setting})`;
    case 'message-changed':
      return `an earlier message changed (message ${verdict.message + 1}, by the ${verdict.role || 'caller'})`;
    case 'compacted':
      return 'the conversation was compacted';
    case 'below-minimum':
      return `the prompt was shorter than the ${formatCount(verdict.minimum)} tokens that the model caches`;
    case 'no-breakpoint':
      return verdict.of === 'turn' ? 'the request asked for no caching' : 'the turn before asked for no caching';
    case 'beyond-lookback':
      return `${formatCount(verdict.blocks)} blocks were added at once, and Claude looks 20 back`;
    case 'too-early':
      return `it came ${formatDuration(verdict.byMs)} before the answer that wrote it had begun`;
    case 'unexplained':
      return verdict.because === 'body-gone' ? 'for a reason that went with the bodies' : 'though nothing changed';
    default:
      return verdict satisfies never;
  }
}

/** What the cache did for a turn, in a sentence: `Missed because the tools changed (Edit added); 12,000 tokens cost $0.42 more.` */
export function toCacheSentence({ verdict, readableTokens, lostTokens, lostNano }: CacheUse): string {
  const reason = toReason(verdict);
  if (verdict.kind === 'warm')
    return `Read all of the ${countOf(readableTokens, 'token')} that the turn before had left.`;
  if (reason === null) return 'Nothing came before it that it could have read.';
  const missed = verdict.kind === 'compacted' || verdict.kind === 'unexplained' ? reason : `because ${reason}`;
  if (lostTokens === 0) return `Nothing was read, ${missed}.`;
  const cost = lostNano === null ? 'cost more, by an unknown price' : `cost ${formatMoney(lostNano)} more`;
  const part = lostTokens < readableTokens ? 'Missed in part' : 'Missed';
  return `${part}, ${missed}; ${countOf(lostTokens, 'token')} ${cost}.`;
}

/** True where the cache was neither written nor read, so that there was nothing to miss. */
export function isNothingCached(
  used: Pick<UsageSums, 'cacheReadTokens' | 'cacheWrite5mTokens' | 'cacheWrite1hTokens'>,
): boolean {
  return used.cacheReadTokens + used.cacheWrite5mTokens + used.cacheWrite1hTokens === 0;
}
