import type { CacheUse } from '@nexus/contract';
import { toCacheSentence } from '../../words/cache-words.ts';
import { formatMoney } from '../../words/format-money.ts';

/** Less than a cent is nobody's worry. */
const WORTH_A_MARK_NANO = 10_000_000;

/** What turns cost more because they missed the prompt cache; nothing where that is next to nothing. */
export function CacheMark({ uses }: { readonly uses: readonly CacheUse[] }) {
  const missed = uses.filter(({ lostTokens }) => lostTokens > 0);
  const lostNano = missed.reduce((sum, use) => sum + (use.lostNano ?? 0), 0);
  if (lostNano < WORTH_A_MARK_NANO) return null;
  return (
    <span
      title={`Prompt cache: ${missed.map(toCacheSentence).join('\n')}`}
      className="ml-auto shrink-0 text-2xs text-warn"
    >
      +{formatMoney(lostNano)}
    </span>
  );
}
