import type { MessageSearchSliceTable, MessageSearchTable } from '../schema.ts';
import type { InsertShape } from '../writer/insert-rows.ts';

const SAID = [
  'said_at',
  'place',
  'request_id',
  'started_at',
  'is_answer',
  'domain',
  'role',
  'tools',
  'words',
  'text_length',
  'codec',
  'data',
] as const;

/**
 * Requests may be read in any order: of one text, the request that began first stays. When a text was said does not decide:
 * a client may send an answer back a moment before we saw the end of it.
 */
export const MESSAGE_SEARCH_SHAPE: InsertShape<MessageSearchTable> = {
  table: 'message_search',
  columns: ['payload_id', 'month', 'text_hash', ...SAID],
  tail:
    'on conflict (payload_id, month, text_hash) do update\nset ' +
    SAID.map((column) => `${column} = excluded.${column}`).join(',\n') +
    '\nwhere (excluded.started_at, excluded.request_id) < (message_search.started_at, message_search.request_id)',
};

export const MESSAGE_SEARCH_SLICE_SHAPE: InsertShape<MessageSearchSliceTable> = {
  table: 'message_search_slice',
  columns: ['payload_id', 'month', 'slice_hash', 'text_hash'],
  tail: 'on conflict do nothing',
};
