import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import type { UpstreamSettings } from '@nexus/contract';
import { HEALTHY, stepHealth } from '@nexus/core';
import type { Logger } from '@nexus/telemetry';
import { createUpstreamContact } from '../proxy/upstream-contact.ts';
import type { AccountSettings } from './account-file.ts';
import { toHeaderPolicy } from './header-policy.ts';
import { isPrivateAddress, isPrivateHost } from './private-address.ts';
import type { Upstream } from './upstream.ts';

/** The upstreams of a process, each made once however many accounts use it. */
export interface UpstreamBook {
  /** Where the requests of callers with a credential of their own go, and of accounts that say nothing else. */
  readonly common: Upstream;
  /** @throws {Error} with a sentence for the operator where the settings of an account cannot be followed. */
  of(account: Pick<AccountSettings, 'upstream' | 'path'>): Upstream;
  /** By `Upstream.id`. */
  find(id: string): Upstream | null;
  close(): void;
}

export interface UpstreamBookOptions {
  /** CLAUDE_API_BASE_URL; may be private, since whoever starts the process sets it. */
  readonly baseUrl: string;
  readonly connectTimeoutMs: number;
  readonly monotonicMs: () => number;
  /** False behind an egress proxy of the process. */
  readonly probing: boolean;
  /** Whether files may name upstreams on this machine and its network. */
  readonly privateAllowed: boolean;
  /** The addresses of a host name; by default those that the machine finds. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  readonly clock: () => number;
  readonly log: Logger;
}

/** Files come and go while a process lives; beyond this the oldest are forgotten, and made again when they are needed. */
const UPSTREAMS_MAX = 1_000;

export function createUpstreamBook(options: UpstreamBookOptions): UpstreamBook {
  const made = new Map<string, Upstream>();
  const common = createUpstream({ ...NO_SETTINGS, baseUrl: options.baseUrl }, null, options);

  function make(settings: UpstreamSettings, folder: string): Upstream {
    const baseUrl = settings.baseUrl ?? options.baseUrl;
    if (settings.baseUrl !== undefined) refusePrivate(settings.baseUrl, options.privateAllowed);
    if (settings.proxyUrl !== undefined) refusePrivate(settings.proxyUrl, options.privateAllowed);
    const ca = settings.caFile === undefined ? null : readFileSync(path.resolve(folder, settings.caFile), 'utf8');
    const upstream = createUpstream({ ...settings, baseUrl }, ca, options);
    // Behind an egress proxy it is the proxy that finds the address.
    const isDirect = settings.baseUrl !== undefined && settings.proxyUrl === undefined;
    if (isDirect && !options.privateAllowed) upstream.checked = closeWherePrivate(upstream, options);
    return upstream;
  }

  return {
    common,
    of: ({ upstream: settings, path: file }) => {
      if (settings === null) return common;
      const folder = path.dirname(file);
      const key = JSON.stringify([settings, settings.caFile === undefined ? '' : folder]);
      const known = made.get(key);
      if (known !== undefined) return known;
      const upstream = make(settings, folder);
      made.set(key, upstream);
      const [oldest] = made;
      if (made.size > UPSTREAMS_MAX && oldest !== undefined) {
        made.delete(oldest[0]);
        oldest[1].contact.close();
      }
      return upstream;
    },
    find: (id) => [common, ...made.values()].find((upstream) => upstream.id === id) ?? null,
    close: () => {
      for (const { contact } of [common, ...made.values()]) contact.close();
    },
  };
}

const NO_SETTINGS = { paths: {}, setHeaders: {}, removeHeaders: [], withoutBetas: [] } satisfies UpstreamSettings;

function createUpstream(
  settings: UpstreamSettings & { readonly baseUrl: string },
  ca: string | null,
  { connectTimeoutMs, monotonicMs, probing }: UpstreamBookOptions,
): Upstream {
  const { baseUrl, paths, setHeaders, removeHeaders, withoutBetas, proxyUrl } = settings;
  return {
    id: toUpstreamId(settings),
    baseUrl,
    paths: Object.entries(paths).sort(([one], [other]) => other.length - one.length),
    headers: toHeaderPolicy(setHeaders, removeHeaders),
    withoutBetas,
    connection: {
      // A list of our own replaces the built-in one, so both are given.
      ...(ca === null ? {} : { tls: { ca: [...rootCertificates, ca] } }),
      ...(proxyUrl === undefined ? {} : { proxy: proxyUrl }),
    },
    contact: createUpstreamContact({
      baseUrl,
      connectTimeoutMs,
      monotonicMs,
      probing: probing && proxyUrl === undefined,
    }),
    checked: Promise.resolve(),
    state: HEALTHY,
  };
}

/** Values of headers and the credentials of a proxy are left out: where requests go is told without them. */
function toUpstreamId({ setHeaders, proxyUrl, ...settings }: UpstreamSettings): string {
  const proxy = proxyUrl === undefined ? null : new URL(proxyUrl).host;
  const told = JSON.stringify([settings, Object.keys(setHeaders), proxy]);
  return new Bun.CryptoHasher('sha256').update(told).digest('hex').slice(0, 24);
}

/** A public name may lead to a private address; told by a look of our own, since `fetch` does not say where it goes. */
async function closeWherePrivate(
  upstream: Upstream,
  { resolve = resolveHost, clock, log }: UpstreamBookOptions,
): Promise<void> {
  const { hostname } = new URL(upstream.baseUrl);
  // An unknown name fails by itself, and says so.
  const addresses = await resolve(hostname.replace(/^\[|\]$/g, '')).catch(() => []);
  if (!addresses.some(isPrivateAddress)) return;
  upstream.state = stepHealth(upstream.state, { kind: 'disabled' }, clock());
  log.error(
    { upstream: upstream.baseUrl },
    'upstream leads to a private address; NEXUS_PRIVATE_UPSTREAMS=true allows that',
  );
}

async function resolveHost(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

function refusePrivate(url: string, allowed: boolean): void {
  const { hostname } = new URL(url);
  if (allowed || !isPrivateHost(hostname)) return;
  throw new Error(
    `its upstream ${hostname} is on this machine or its network; NEXUS_PRIVATE_UPSTREAMS=true allows that`,
  );
}
