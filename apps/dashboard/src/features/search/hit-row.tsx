import type { SearchHit } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { ChevronDown, Wrench } from 'lucide-react';
import { useState } from 'react';
import { PATHS } from '../../paths.ts';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { isPlainClick } from '../../ui/is-plain-click.ts';
import { join } from '../../ui/join.ts';
import { keyed } from '../../ui/keyed.ts';
import { countOf } from '../../words/format-count.ts';
import { HitRequests } from './hit-requests.tsx';

const ROLE_WORDS: Record<SearchHit['role'], string> = { user: 'User', assistant: 'Assistant', system: 'System' };
/** More names than a line holds tell nothing more. */
const TOOLS_SHOWN_MAX = 4;

interface HitRowProps {
  readonly hit: SearchHit;
  readonly isActive: boolean;
  readonly onOpen: () => void;
}

/** One message that was found: who said it, when, the passage, and who carried it. */
export function HitRow({ hit, isActive, onOpen }: HitRowProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li
      data-hit={hit.messageId}
      data-active={isActive || undefined}
      className="border-t first:border-t-0 data-active:bg-selected data-active:shadow-[inset_2px_0_0_var(--accent)]"
    >
      <HitLink hit={hit} onOpen={onOpen}>
        <span className="flex min-w-0 items-center gap-2 text-xs text-ink-3">
          <span className={join('font-semibold', hit.role === 'user' ? 'text-ink' : 'text-accent')}>
            {hit.role === 'user' && hit.tools.length > 0 ? 'Tool result' : ROLE_WORDS[hit.role]}
          </span>
          {hit.tools.slice(0, TOOLS_SHOWN_MAX).map((tool) => (
            <Badge key={tool}>
              <Wrench aria-hidden className="size-3" />
              {tool}
            </Badge>
          ))}
          {hit.tools.length > TOOLS_SHOWN_MAX && <span>+{hit.tools.length - TOOLS_SHOWN_MAX}</span>}
          <span className="ml-auto">
            <Ago iso={hit.saidAt} />
          </span>
        </span>
        <Snippet hit={hit} />
      </HitLink>
      <div className="flex flex-wrap items-center gap-x-3 px-4 pb-2 text-xs text-ink-3">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="-ml-1.5 flex h-7 items-center gap-1 rounded px-1.5 hover:bg-hover hover:text-ink"
        >
          in {countOf(hit.requestCount, 'request')}
          <ChevronDown aria-hidden className={join('size-3.5 transition-transform', isOpen && 'rotate-180')} />
        </button>
        {hit.branch !== null && hit.branch !== 'main' && <span className="font-mono">{hit.branch}</span>}
        {hit.isCut && <span>only the beginning of this message is searched</span>}
      </div>
      {isOpen && <HitRequests messageId={hit.messageId} />}
    </li>
  );
}

function HitLink({
  hit,
  onOpen,
  children,
}: {
  readonly hit: SearchHit;
  readonly onOpen: () => void;
  readonly children: React.ReactNode;
}) {
  const look = {
    className: 'flex flex-col gap-1 px-4 pt-3 pb-1 -outline-offset-2 hover:bg-hover',
    onClick: (event: React.MouseEvent) => {
      if (isPlainClick(event)) onOpen();
    },
  };
  const { conversationId, branch, requestId } = hit;
  // What is no turn stands on no path: its request is where it can be read.
  return branch === null ? (
    <Link to={PATHS.request} params={{ requestId }} {...look}>
      {children}
    </Link>
  ) : (
    <Link to={PATHS.conversation} params={{ conversationId }} search={{ branch, at: requestId }} {...look}>
      {children}
    </Link>
  );
}

function Snippet({ hit }: Pick<HitRowProps, 'hit'>) {
  return (
    <span className="line-clamp-3 text-sm wrap-anywhere text-ink-2">
      {keyed(hit.snippet).map(({ key, item }) =>
        item.isMatch ? (
          <mark key={key} className="rounded-sm bg-warn-soft px-px font-medium text-ink">
            {item.text}
          </mark>
        ) : (
          <span key={key}>{item.text}</span>
        ),
      )}
    </span>
  );
}
