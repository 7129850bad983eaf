import type { PoolStrategy } from '@nexus/core';
import type { AccountSettings } from '../accounts/account-file.ts';
import type { ClientKey } from './client-key.ts';
import type { CredentialFolder } from './credential-folder.ts';
import { isBareHost, isLocalName } from './normalise-host.ts';

/** Where the credential of a domain comes from. */
export type DomainSource = 'file' | 'wildcard' | 'default' | 'none';

/** A domain that we serve, and with what. */
export interface ServedDomain {
  readonly domain: string;
  readonly source: DomainSource;
  /** Whether callers on this machine count as authenticated for it where no key is required. */
  readonly isDefault: boolean;
  /** Those of its file; empty where it has none. */
  readonly accounts: readonly AccountSettings[];
  readonly strategy: PoolStrategy;
  readonly clientKey: ClientKey | null;
}

/** Finds the domain of a normalised host: its own file, else a wildcard, else the default domain. */
export interface DomainIndex {
  /** Null for a host that is not served. */
  find(host: string): ServedDomain | null;
}

const WILDCARD = '_wildcard.';
/** A host has at most this many labels that a wildcard may replace. */
const LABELS_MAX = 32;

export function createDomainIndex(folder: CredentialFolder, defaultDomain: string | null): DomainIndex {
  function serve(domain: string, fileName: string, source: 'file' | 'wildcard'): ServedDomain | null {
    const file = folder.find(fileName);
    if (file === null) return null;
    const isDefault = isDefaultDomain(domain, defaultDomain);
    return { domain, source, isDefault, ...file };
  }

  function findDefault(): ServedDomain | null {
    if (defaultDomain === null) return null;
    const none = { accounts: [], strategy: 'sticky', clientKey: null } as const;
    return (
      serve(defaultDomain, defaultDomain, 'file') ?? {
        domain: defaultDomain,
        source: 'default',
        isDefault: true,
        ...none,
      }
    );
  }

  return {
    find: (host) => {
      // A wildcard file has a name of its own that a caller must not be able to ask for.
      const own = host.startsWith(WILDCARD) ? null : serve(host, host, 'file');
      if (own !== null) return own;
      if (!isBareHost(host)) {
        for (const suffix of listSuffixes(host)) {
          const wild = serve(host, WILDCARD + suffix, 'wildcard');
          if (wild !== null) return wild;
        }
      }
      return findDefault();
    },
  };
}

function isDefaultDomain(domain: string, defaultDomain: string | null): boolean {
  return domain === defaultDomain || isLocalName(domain);
}

/**
 * Domains with accounts of their own that serve nobody without a key, even where callers on this machine need none:
 * all but the default one. Wildcards as `*.suffix`.
 */
export function listKeyedDomains(folder: CredentialFolder, defaultDomain: string | null): readonly string[] {
  return folder
    .names()
    .filter((name) => !isDefaultDomain(name, defaultDomain) && (folder.find(name)?.accounts.length ?? 0) > 0)
    .map((name) => (name.startsWith(WILDCARD) ? `*.${name.slice(WILDCARD.length)}` : name));
}

/** `a.b.example.com` → `b.example.com`, `example.com`; never a bare top-level name. */
function listSuffixes(host: string): string[] {
  const labels = host.split('.');
  const suffixes: string[] = [];
  for (let start = 1; start < Math.min(labels.length - 1, LABELS_MAX); start += 1) {
    suffixes.push(labels.slice(start).join('.'));
  }
  return suffixes;
}
