import type { LimitSummary } from '@nexus/contract';
import { toTable } from '../../to-table.ts';
import { toSubjectWords } from '../key/key-names.ts';

const HEADS = ['of', 'subject', 'requests/min', 'input tokens/min', 'output tokens/min', 'at once'];

/** Limits for people; `keyNames` has the names of keys by their ids. */
export function toLimitTable(limits: readonly LimitSummary[], keyNames: ReadonlyMap<string, string>): string {
  const rows = limits.map(({ subjectKind, subject, limits: values }) => [
    subjectKind,
    toSubjectWords({ subjectKind, subject }, keyNames),
    toText(values.requestsPerMinute),
    toText(values.inputTokensPerMinute),
    toText(values.outputTokensPerMinute),
    toText(values.concurrent),
  ]);
  return toTable(HEADS, rows);
}

function toText(value: number | null): string {
  return value?.toString() ?? '';
}
