import type { TreeNode } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { GitBranch, Link2 } from 'lucide-react';
import { join } from '../../../ui/join.ts';
import { TurnView } from '../../../ui/transcript/turn-view.tsx';
import { RELATION_WORDS } from '../../../words/relation-words.ts';
import { RequestFacts } from '../request-facts.tsx';
import type { PathRow } from './to-path-rows.ts';

interface MessageRowProps {
  readonly row: Extract<PathRow, { type: 'message' }>;
  readonly node: TreeNode | undefined;
  /** Branches that went another way from the request of this message, where this is its last message. */
  readonly forks: readonly string[];
  /** Whether it is the first message that its request added: there the reason of the request's place is told. */
  readonly isFirst: boolean;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly compareFrom: string | undefined;
  readonly onToggle: () => void;
}

/** One message with the request that added it; pressed, that says why it belongs here. */
export function MessageRow({ row, node, forks, isFirst, isOpen, isChosen, compareFrom, onToggle }: MessageRowProps) {
  const { requestId } = row.message;
  const why = node ? `${RELATION_WORDS[node.relation].label}: ${node.linkBecause}` : 'The request that added this';
  const chip = (
    <button
      type="button"
      aria-expanded={isOpen}
      title={why}
      onClick={onToggle}
      className={join(
        'flex h-6 min-w-0 items-center gap-1.5 rounded px-1.5 font-mono text-2xs hover:bg-hover hover:text-ink',
        isOpen && 'bg-hover text-ink',
      )}
    >
      <Link2 aria-hidden className="size-3 shrink-0" />
      {isFirst && node ? (
        <span className="max-w-96 truncate font-sans text-xs max-sm:max-w-44">{why}</span>
      ) : (
        requestId.slice(-8)
      )}
      <span className="sr-only">, why it belongs here</span>
    </button>
  );
  return (
    <div>
      <TurnView
        turn={row.turn}
        note={chip}
        below={isOpen && node ? <RequestFacts node={node} compareFrom={compareFrom} /> : null}
        className={isChosen ? 'border-accent' : ''}
      />
      {forks.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-2 text-xs text-ink-3">
          <GitBranch aria-hidden className="size-3.5" />
          From here also:
          {forks.map((branch) => (
            <Link
              key={branch}
              to="."
              search={(place) => ({ ...place, branch, at: undefined })}
              className="font-mono text-accent underline-offset-2 hover:underline"
            >
              {branch}
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}
