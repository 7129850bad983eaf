import { GatewayError } from '@nexus/contract';
import type { DomainIndex, ServedDomain } from '../identity/domain-index.ts';
import { normaliseHost } from '../identity/normalise-host.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import type { Received } from './receive.ts';

/** A request whose domain is known. */
export interface Addressed {
  readonly phase: 'addressed';
  readonly received: Received;
  readonly host: string;
  readonly served: ServedDomain;
}

/** Tells the one normalised domain of an exchange from `x-nexus-domain`, else from `Host`. */
export function identifyDomain(exchange: Exchange, received: Received, domains: DomainIndex): Addressed {
  enterPhase(exchange, 'identify-domain');
  const host = readHost(exchange);
  if (host === null) throw new GatewayError('host-missing');
  const served = domains.find(host);
  if (served === null) {
    exchange.domain = host;
    throw new GatewayError('domain-unknown', { detail: { host } });
  }
  exchange.domain = served.domain;
  return { phase: 'addressed', received, host, served };
}

/** The domain that `identifyDomain` would find, the host itself where it is not served, or `unknown`. */
export function nameDomain(exchange: Exchange, domains: DomainIndex): string {
  const host = readHost(exchange);
  return host === null ? 'unknown' : (domains.find(host)?.domain ?? host);
}

/** The host that an exchange is for; null where it has none that can be one. */
export function readHost({ asked, headers }: Exchange): string | null {
  return normaliseHost(asked?.domain ?? headers.get('x-nexus-domain') ?? headers.get('host'));
}
