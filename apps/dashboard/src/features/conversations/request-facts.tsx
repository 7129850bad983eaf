import type { TreeNode } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { PATHS } from '../../paths.ts';
import { Fact } from '../../ui/fact.tsx';
import { toCacheSentence } from '../../words/cache-words.ts';
import { formatCount } from '../../words/format-count.ts';
import { formatDuration } from '../../words/format-duration.ts';
import { formatExact } from '../../words/format-instant.ts';
import { LINK_SOURCE_WORDS, RELATION_WORDS } from '../../words/relation-words.ts';

const LINK = 'font-medium text-accent underline-offset-2 hover:underline';

interface RequestFactsProps {
  readonly node: TreeNode;
  /** The side of a comparison that was chosen already. */
  readonly compareFrom: string | undefined;
}

/** The request that added a message: where it belongs, why, and what to do with it. */
export function RequestFacts({ node, compareFrom }: RequestFactsProps) {
  const relation = RELATION_WORDS[node.relation];
  return (
    <div className="flex flex-col gap-3 border-b bg-sunken px-4 py-3">
      <p className="text-sm">
        <span className="font-medium" title={relation.about}>
          {relation.label}
        </span>
        <span className="text-ink-2">
          : {node.linkBecause}
          {node.linkSource !== 'none' && ` (told by ${LINK_SOURCE_WORDS[node.linkSource]})`}.
        </span>
      </p>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Fact label="Branch">{node.branch ?? 'none'}</Fact>
        <Fact label="Model">{node.model ?? 'none'}</Fact>
        <Fact label="Started">{formatExact(node.startedAt)}</Fact>
        <Fact label="Duration">{formatDuration(node.durationMs)}</Fact>
        <Fact label="Context">
          {node.contextTokens === null ? 'not told' : `${formatCount(node.contextTokens)} tokens`}
        </Fact>
        <Fact label="Output">
          {node.outputTokens === null ? 'not told' : `${formatCount(node.outputTokens)} tokens`}
        </Fact>
        <Fact label="Outcome">{node.stopReason ?? node.outcome}</Fact>
        <Fact label="Depth">turn {formatCount(node.depth)}</Fact>
      </dl>
      {node.cache !== null && (
        <p className="text-sm text-ink-2">
          <span className="font-medium text-ink">Prompt cache: </span>
          <span className={node.cache.lostTokens > 0 ? 'text-warn' : ''}>{toCacheSentence(node.cache)}</span>
        </p>
      )}
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <Link to={PATHS.request} params={{ requestId: node.requestId }} className={LINK}>
          Open the request
        </Link>
        {node.parentRequestId !== null && (
          <Link
            to="."
            search={(place) => ({ ...place, from: node.parentRequestId ?? undefined, to: node.requestId })}
            className={LINK}
          >
            Compare with its parent
          </Link>
        )}
        {compareFrom === undefined || compareFrom === node.requestId ? (
          <Link to="." search={(place) => ({ ...place, from: node.requestId, to: undefined })} className={LINK}>
            Compare with another
          </Link>
        ) : (
          <Link to="." search={(place) => ({ ...place, to: node.requestId })} className={LINK}>
            Compare with the chosen request
          </Link>
        )}
      </p>
    </div>
  );
}
