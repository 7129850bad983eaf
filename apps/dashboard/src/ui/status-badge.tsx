import type { Outcome } from '@nexus/core';
import { OUTCOME_WORDS } from '../words/outcome-words.ts';
import { Badge, Dot } from './badge.tsx';

interface StatusBadgeProps {
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly errorCode?: string | null;
  /** In a cell of a list that, where it is narrow, has room for the status alone. */
  readonly isCell?: boolean;
}

/** How an exchange ended, in the width of a cell: quiet where all went well, so that what went wrong stands out. */
export function StatusBadge({ outcome, status, errorCode, isCell = false }: StatusBadgeProps) {
  const { label, tone, about } = OUTCOME_WORDS[outcome];
  const words = SHORT[outcome] ?? label;
  if (outcome === 'completed') {
    return (
      <span title={about} className="inline-flex h-5 items-center gap-2 text-sm">
        <Dot tone="ok" />
        {status ?? 200}
      </span>
    );
  }
  return (
    <Badge tone={tone} title={errorCode ? `${about} (${errorCode})` : about}>
      {status !== null && <span>{status}</span>}{' '}
      <span className={isCell && status !== null ? '@max-xl:sr-only' : ''}>{words}</span>
    </Badge>
  );
}

const SHORT: Partial<Record<Outcome, string>> = { 'upstream-error': 'error', 'stream-error': 'error' };
