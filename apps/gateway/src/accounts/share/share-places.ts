import { z } from 'zod';
import type { ConversationPlaces } from '../conversation-places.ts';
import type { SharedThings } from './shared-things.ts';

const PlaceShape = z.object({ accountId: z.string().max(255) });

/** Where conversations went that are not where all processes would look for them. */
export function sharePlaces(places: ConversationPlaces): SharedThings {
  return {
    kind: 'place',
    read: (id) => {
      const accountId = places.find(Number(id));
      return accountId === null ? null : { accountId };
    },
    adopt: (id, state, { isOwnNewer }) => {
      const { success, data } = PlaceShape.safeParse(state);
      if (success && !isOwnNewer && /^\d{1,10}$/.test(id)) places.learn(Number(id), data.accountId);
      return true;
    },
    // Those that go on are told again by themselves.
    list: () => [],
    onFound: (listener) => places.onMoved((affinity) => listener(`${affinity}`)),
  };
}
