/** Why a request was sent, told from its body and headers. Nothing is left out of the record because of its kind. */
export const REQUEST_KINDS = [
  'inference',
  'auxiliary',
  'quota-probe',
  'warm-up',
  'compaction',
  'count-tokens',
  'batch',
  'other',
] as const;

export type RequestKind = (typeof REQUEST_KINDS)[number];
