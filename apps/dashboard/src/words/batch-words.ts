import type { BatchUse } from '@nexus/contract';
import { countOf, formatCount } from './format-count.ts';
import { formatMoney } from './format-money.ts';

/** What was counted of fetched results, and what they leave in doubt. */
export function toBatchSentences(batch: BatchUse): { readonly counted: string; readonly doubts: string | null } {
  const { succeededCount, unbilledCount, countedCount } = batch;
  const results = countOf(succeededCount + unbilledCount, 'result');
  const unbilled = unbilledCount === 0 ? '' : `, ${formatCount(unbilledCount)} of them without a bill`;
  const before = succeededCount - countedCount;
  const again = before > 0 ? ` ${countOf(before, 'message')} counted already when fetched before.` : '';
  return { counted: `${results}${unbilled}.${toCounted(batch)}${again}`, doubts: toDoubts(batch) };
}

function toCounted({ countedCount, totalTokens, costNano, unpricedCount }: BatchUse): string {
  if (countedCount === 0) return '';
  const cost = unpricedCount === countedCount ? 'no known price' : `${formatMoney(costNano)} at batch prices`;
  const unpriced = unpricedCount > 0 && unpricedCount < countedCount ? `, ${formatCount(unpricedCount)} unpriced` : '';
  return ` ${countOf(countedCount, 'message')} counted here: ${countOf(totalTokens, 'token')}, ${cost}${unpriced}.`;
}

function toDoubts({ unreadCount, isWhole }: BatchUse): string | null {
  const unread = unreadCount === 0 ? [] : [`${countOf(unreadCount, 'line')} could not be read and not be counted.`];
  const cut = isWhole ? [] : ['The end is missing, and is counted once it is fetched whole.'];
  return unread.length + cut.length === 0 ? null : [...unread, ...cut].join(' ');
}
