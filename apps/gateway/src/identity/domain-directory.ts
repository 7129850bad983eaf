import type { CredentialOrigin, DomainDirectory } from '@nexus/services';
import type { CredentialFolder } from './credential-folder.ts';
import type { DomainIndex } from './domain-index.ts';

/** What the API tells of domains: names and where their credential comes from, never the credential. */
export function createDomainDirectory(
  folder: CredentialFolder,
  index: DomainIndex,
  hasDefaultKey: boolean,
): DomainDirectory {
  function toOrigin(domain: string): CredentialOrigin {
    const served = index.find(domain);
    if (served === null) return 'none';
    if (served.source === 'file' || served.source === 'wildcard') {
      return served.accounts.length > 0 ? served.source : 'none';
    }
    return hasDefaultKey ? 'default' : 'none';
  }
  return {
    list: () => folder.names().filter((name) => !name.startsWith('_wildcard.')),
    credentialOf: toOrigin,
  };
}
