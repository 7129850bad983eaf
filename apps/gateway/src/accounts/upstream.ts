import type { HealthState } from '@nexus/core';
import type { UpstreamContact } from '../proxy/upstream-contact.ts';
import type { HeaderPolicy } from './header-policy.ts';

/** Somewhere that requests go. Accounts that go to the same place share its health. */
export interface Upstream {
  /** The same in every process that has the same settings for it; tells nothing of them. */
  readonly id: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Beginnings of paths and what stands there instead, the longest first. */
  readonly paths: readonly (readonly [from: string, to: string])[];
  /** Null where headers pass as everywhere. */
  readonly headers: HeaderPolicy | null;
  /** Betas that it does not know, each with the field of the body that belongs to it. */
  readonly withoutBetas: readonly { readonly beta: string; readonly field?: string | undefined }[];
  /** What `fetch` needs to know besides. */
  readonly connection: Pick<BunFetchRequestInit, 'tls' | 'proxy'>;
  readonly contact: UpstreamContact;
  /** Done when it is known whether its name leads to a private address; `state` tells what came of it. Never rejects. */
  checked: Promise<void>;
  state: HealthState;
}

/** Path and query as this upstream calls them, behind its base URL. */
export function toUpstreamUrl(upstream: Upstream, path: string, query: string): string {
  for (const [from, to] of upstream.paths) {
    if (isBelow(path, from))
      return upstream.baseUrl + to.replace(/\/$/, '') + path.slice(from.replace(/\/$/, '').length) + query;
  }
  return upstream.baseUrl + path + query;
}

/** `/v1` is the beginning of `/v1/messages` and not of `/v10`. */
function isBelow(path: string, from: string): boolean {
  const folder = from.replace(/\/$/, '');
  return path === folder || path.startsWith(`${folder}/`);
}
