import type { CacheUse } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { PATHS } from '../../paths.ts';
import { CACHE_VERDICT_WORDS, toCacheSentence } from '../../words/cache-words.ts';

/** What the prompt cache did for a request, and the turn that it was compared with. */
export function CacheLine({ cache }: { readonly cache: CacheUse }) {
  const { about } = CACHE_VERDICT_WORDS[cache.verdict.kind];
  return (
    <p className="text-sm text-ink-2" title={about}>
      <span className="font-medium text-ink">Prompt cache: </span>
      <span className={cache.lostTokens > 0 ? 'text-warn' : ''}>{toCacheSentence(cache)}</span>{' '}
      {cache.parentRequestId !== null && (
        <Link
          to={PATHS.request}
          params={{ requestId: cache.parentRequestId }}
          className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
        >
          The turn before
        </Link>
      )}
    </p>
  );
}
