import type { RequestTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';

export interface WalkedRequests {
  readonly domain?: string | undefined;
  readonly conversationId?: string;
  /** Rows in one page. */
  readonly pageMax: number;
}

/** Requests, the oldest first, page after page: each page begins behind the last row of the one before, so none is read twice. */
export async function* walkRequests(
  { db }: Pick<Storage, 'db'>,
  { domain, conversationId, pageMax }: WalkedRequests,
): AsyncGenerator<readonly RequestTable[], void> {
  let all = db.selectFrom('request').selectAll();
  if (domain !== undefined) all = all.where('domain', '=', domain);
  if (conversationId !== undefined) all = all.where('conversation_id', '=', conversationId);
  const page = all.orderBy('started_at').orderBy('request_id').limit(pageMax);
  let rows = await page.execute();
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    yield rows;
    const { started_at: startedAt, request_id: requestId } = last;
    rows = await page
      .where((eb) => eb(eb.refTuple('started_at', 'request_id'), '>', eb.tuple(startedAt, requestId)))
      .execute();
  }
}
