import type { Outcome } from '@nexus/core';
import { OUTCOME_WORDS } from '../words/outcome-words.ts';
import { Badge } from './badge.tsx';

interface StatusBadgeProps {
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly errorCode?: string | null;
}

/** How an exchange ended, in the width of a cell: its status alone where all went well, else what went wrong. */
export function StatusBadge({ outcome, status, errorCode }: StatusBadgeProps) {
  const { label, tone, about } = OUTCOME_WORDS[outcome];
  const words = SHORT[outcome] ?? label;
  const shown = outcome === 'completed' ? String(status ?? 200) : [status, words].filter(Boolean).join(' ');
  return (
    <Badge tone={tone} title={errorCode ? `${about} (${errorCode})` : about}>
      {shown}
    </Badge>
  );
}

const SHORT: Partial<Record<Outcome, string>> = { 'upstream-error': 'error', 'stream-error': 'error' };
