import type { ClientBase } from 'pg';

/**
 * Waits until nobody else links in these domains, and keeps others out until the transaction ends. In one order for
 * everybody, so that nobody waits in a ring.
 */
export async function lockDomains(client: ClientBase, domains: readonly string[]): Promise<void> {
  const once = [...new Set(domains)].toSorted();
  // 'link' keeps clear of the locks of migrations; the second number is the domain's.
  await client.query(
    `select pg_advisory_xact_lock(${LINK_LOCK}, hashtext(domain))
     from unnest($1::text[]) with ordinality as d (domain, place)
     order by place`,
    [once],
  );
}

/** "link" in ASCII. */
const LINK_LOCK = 0x6c696e6b;
