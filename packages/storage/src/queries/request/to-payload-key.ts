/** What the payload of one request is found by: the primary key of its bodies. */
export interface PayloadKey {
  readonly payload_id: string;
  readonly started_at: Date;
  readonly request_id: string;
}

/** The key of a row that has more columns, for `where`. */
export function toPayloadKey({ payload_id, started_at, request_id }: PayloadKey): PayloadKey {
  return { payload_id, started_at, request_id };
}
