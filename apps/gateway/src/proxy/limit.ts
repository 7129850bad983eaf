import { GatewayError } from '@nexus/contract';
import type { Authenticated } from './authenticate.ts';
import { type Exchange, enterPhase } from './exchange.ts';

/** A request that holds one of the places of this process until it is recorded. */
export interface Admitted {
  readonly phase: 'admitted';
  readonly authenticated: Authenticated;
}

/** The places that exchanges in flight take. */
export interface Places {
  taken: number;
  readonly max: number;
}

/** Gives the exchange a place, or refuses. `releasePlace` gives it back. */
export function limit(exchange: Exchange, authenticated: Authenticated, places: Places): Admitted {
  enterPhase(exchange, 'limit');
  if (places.taken >= places.max) {
    throw new GatewayError('limit-reached', { detail: { exchangesMax: places.max } });
  }
  places.taken += 1;
  exchange.admitted = true;
  return { phase: 'admitted', authenticated };
}

export function releasePlace(exchange: Exchange, places: Places): void {
  if (!exchange.admitted) return;
  exchange.admitted = false;
  places.taken -= 1;
}
