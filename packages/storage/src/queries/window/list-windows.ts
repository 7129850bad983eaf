import type { Storage } from '../../storage.ts';
import type { WindowStateTable } from '../../usage-tables.ts';

/** A window as an answer told it last. Instants are epoch milliseconds. */
export interface KnownWindow {
  readonly accountId: string;
  readonly name: string;
  readonly seenAtMs: number;
  readonly scope: string | null;
  readonly usedShare: number | null;
  readonly isRejected: boolean;
  readonly resetsAtMs: number | null;
}

const WINDOWS_MAX = 2_000;

/** Windows that were told since `sinceMs`, by account and name; of one account where it is named. */
export async function listWindows(
  { db }: Pick<Storage, 'db'>,
  input: { readonly accountId?: string | undefined; readonly sinceMs: number },
): Promise<readonly KnownWindow[]> {
  const all = db
    .selectFrom('window_state')
    .selectAll()
    .where('seen_at', '>=', new Date(input.sinceMs))
    .orderBy('account_id')
    .orderBy('name')
    .limit(WINDOWS_MAX);
  const found = await (input.accountId === undefined ? all : all.where('account_id', '=', input.accountId)).execute();
  return found.map(toKnownWindow);
}

function toKnownWindow(row: WindowStateTable): KnownWindow {
  return {
    accountId: row.account_id,
    name: row.name,
    seenAtMs: row.seen_at.getTime(),
    scope: row.scope,
    usedShare: toShare(row.used_millionths),
    isRejected: row.rejected,
    resetsAtMs: row.resets_at?.getTime() ?? null,
  };
}

export function toShare(millionths: number | null): number | null {
  return millionths === null ? null : millionths / 1_000_000;
}
