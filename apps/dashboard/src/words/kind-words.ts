import type { RequestSummary } from '@nexus/contract';

type RequestKind = RequestSummary['kind'];

/** How each kind of request reads on screen, with what it means for somebody who meets it first. */
export const KIND_WORDS: Record<RequestKind, { readonly label: string; readonly about: string }> = {
  inference: { label: 'Inference', about: 'A turn of a conversation.' },
  auxiliary: { label: 'Auxiliary', about: 'A helper call of the client: a title, a summary, a suggestion.' },
  'quota-probe': { label: 'Quota probe', about: 'A one-token call that reads the limit headers.' },
  'warm-up': { label: 'Warm-up', about: 'A call that only warms the prompt cache.' },
  compaction: { label: 'Compaction', about: 'A call that shortens a long conversation.' },
  'count-tokens': { label: 'Count tokens', about: 'Asks how many tokens a body has, without an answer.' },
  batch: { label: 'Batch', about: 'Results of a batch that were fetched, and each message in them.' },
  other: { label: 'Other', about: 'Any other path: models, files, batches that are made, events.' },
};

export const KINDS = Object.keys(KIND_WORDS).filter((kind): kind is RequestKind => kind in KIND_WORDS);
