import type { SharedKind, SharedState } from '@nexus/storage';
import type { Redis } from '../../redis/create-redis.ts';
import { createRedisScript } from '../../redis/redis-script.ts';
import loadText from './load-states.lua' with { type: 'text' };
import saveText from './save-states.lua' with { type: 'text' };
import type { ShareStore } from './share-store.ts';

/** As many conversations as one process remembers; there are far fewer accounts. */
const KEPT_MAX = 50_000;
const LOADED_MAX = 5_000;

/** `processId` names this process, without a blank. */
export function createRedisStore({ link, prefix }: Redis, processId: string): ShareStore {
  const saves = createRedisScript(link, saveText);
  const loads = createRedisScript(link, loadText);
  /** As they were last seen: Redis counts up, and from nothing once it begins anew. */
  const versions = new Map<SharedKind, number>();
  const toKeys = (kind: SharedKind): string[] =>
    ['states', 'order', 'version'].map((part) => `${prefix}:{shared}:${kind}:${part}`);
  async function write(kind: SharedKind, states: readonly SharedState[], which: '' | 'missing'): Promise<void> {
    const pairs = states.flatMap(({ id, state }) => [id, JSON.stringify(state)]);
    await saves.run(toKeys(kind), [processId, `${KEPT_MAX}`, which, ...pairs]);
  }

  return {
    load: async (kind, since) => {
      const reply = await loads.run(toKeys(kind), [since === null ? '' : `${since}`, processId, `${LOADED_MAX}`]);
      const [version = '0', ...rest] = Array.isArray(reply) ? reply.map(String) : [];
      const hasForgotten = Number(version) < (versions.get(kind) ?? 0);
      versions.set(kind, Number(version));
      return { states: toStates(rest), since: Number(version), hasForgotten };
    },
    save: (kind, states) => write(kind, states, ''),
    restore: (kind, states) => write(kind, states, 'missing'),
    claimTurns: async (pool, count) => {
      const turn = await link.ask('HINCRBY', [`${prefix}:{shared}:turns`, pool, `${count}`]);
      return Number(turn) - count;
    },
    // The oldest go by themselves once there are many.
    forget: async () => {},
  };
}

function toStates(told: readonly string[]): SharedState[] {
  const states: SharedState[] = [];
  for (let at = 0; at + 1 < told.length; at += 2) {
    const state: unknown = JSON.parse(told[at + 1] ?? 'null');
    states.push({ id: told[at] ?? '', state });
  }
  return states;
}
