import type { Storage } from '../../storage.ts';

/** The sealed bytes of a secret; null where there is none of this name. */
export async function findSecret({ db }: Pick<Storage, 'db'>, name: string): Promise<Buffer | null> {
  const row = await db.selectFrom('secret').select('sealed').where('name', '=', name).executeTakeFirst();
  return row?.sealed ?? null;
}
