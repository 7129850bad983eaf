/** Where the credential of a domain comes from: its own file, a wildcard file, ANTHROPIC_API_KEY, or the caller alone. */
export type CredentialOrigin = 'file' | 'wildcard' | 'default' | 'none';

/** What the gateway knows of domains without asking the database. */
export interface DomainDirectory {
  /** Domains with a credential file of their own. */
  list(): readonly string[];
  credentialOf(domain: string): CredentialOrigin;
}
