import type { BatchUse } from '@nexus/contract';
import { toBatchSentences } from '../../words/batch-words.ts';

/** What fetched results of a batch held, and what of it was counted here. */
export function BatchLine({ batch }: { readonly batch: BatchUse }) {
  const { counted, doubts } = toBatchSentences(batch);
  return (
    <p className="text-sm text-ink-2">
      <span className="font-medium text-ink">Batch: </span>
      {counted} {doubts !== null && <span className="text-warn">{doubts}</span>}
    </p>
  );
}
