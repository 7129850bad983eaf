/** The account that is put into the file of a domain. */
export interface NewAccount {
  readonly domain: string;
  readonly accountId: string;
  /** For people; null: the id serves. */
  readonly name: string | null;
}

/** An API key, or where it stands. */
export type KeyPlace = string | { readonly env: string } | { readonly file: string };

/** What a person who signs in needs: the page to open, and what proves later that the same one came back. */
export interface LoginLink {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

/** Writes accounts into the credential files of a running gateway; they serve within a second. */
export interface AccountFiles {
  /**
   * A key that is given as it is may be kept sealed in the database, so that the file holds its name alone.
   * @throws {GatewayError} `account-exists`, `credential-unwritable`, or `storage-unavailable`.
   */
  addKey(account: NewAccount, key: KeyPlace, keptIn: 'file' | 'database'): Promise<void>;
  authorize(): LoginLink;
  /**
   * Exchanges the code that the page gave (`code`, or `code#state`), and keeps the login; of an account that is there already,
   * it replaces the tokens.
   * @throws {GatewayError} `login-refused`, `account-exists` where the account is no login, or `credential-unwritable`.
   */
  login(account: NewAccount, answer: { readonly code: string } & Omit<LoginLink, 'url'>): Promise<void>;
}
