import type { AccountBook } from '../account-book.ts';
import type { UpstreamBook } from '../upstream-book.ts';
import { HealthStateShape } from './health-shape.ts';
import type { SharedThings } from './shared-things.ts';

/** Whether upstreams can be reached: what one process cannot connect to, the others need not all try. */
export function shareUpstreams(upstreams: UpstreamBook, book: AccountBook, clock: () => number): SharedThings {
  return {
    kind: 'upstream',
    read: (id) => upstreams.find(id)?.state ?? null,
    adopt: (id, state, { isFirst, isOwnNewer }) => {
      const upstream = upstreams.find(id);
      if (upstream === null) return false;
      const { success, data } = HealthStateShape.safeParse(state);
      // Whether an upstream may be used at all, each process finds out by itself.
      if (!success || isOwnNewer || isOff(upstream.state.health.kind) || isOff(data.health.kind)) return true;
      const isStale = isFirst && !(data.health.kind === 'resting' && data.health.untilMs > clock());
      if (!isStale) upstream.state = data;
      return true;
    },
    // Whether it can be reached is found out within seconds.
    list: () => [],
    onFound: (listener) => book.onUpstreamChange(({ id }) => listener(id)),
  };
}

function isOff(kind: string): boolean {
  return kind === 'disabled' || kind === 'paused';
}
