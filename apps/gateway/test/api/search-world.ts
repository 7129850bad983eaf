import { createSearchFiller, type Storage } from '@nexus/storage';
import { until } from '@nexus/testkit';
import type { ApiWorld } from './api-world.ts';

/** Reads all that was written into the index, as the recorder's thread does. */
export async function fillSearch(world: ApiWorld): Promise<void> {
  const { log, clock } = world.options;
  const filler = createSearchFiller({
    connection: world.connection,
    prepared: true,
    daysMax: 90,
    isBusy: () => false,
    clock,
    log,
  });
  await until('all is read', async () => ((await countQueued(world.storage)) === 0 ? true : null));
  await filler.close(10_000);
}

/** A month is queued once it has its partitions. */
async function countQueued(storage: Storage | null): Promise<number> {
  const found = await storage?.pool.query<{ count: number }>(
    `select
       (select count(*) from search_queue)
       + (select count(*) filter (where to_regclass('message_search_' || to_char(now(), 'YYYY_MM')) is null) from request)
       as count`,
  );
  return found?.rows[0]?.count ?? 1;
}
