import type { Unread } from '../proxy/pipeline.ts';

/** Why a connection gets an answer that belongs to no request. */
export type NoRequest = Unread | { readonly code: 'connections-spent' };
