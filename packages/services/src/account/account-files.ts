import type { OperationInput, OperationOutput } from '@nexus/contract';

/** The account that is put into the file of a domain. */
export interface NewAccount {
  readonly domain: string;
  readonly accountId: string;
  /** For people; null: the id serves. */
  readonly name: string | null;
}

type Added = OperationInput<'account.add'>;

/** A credential as somebody gave it, and where its secrets are to be kept. */
export interface GivenCredential {
  readonly credential: Added['credential'];
  readonly keptIn: Added['keptIn'];
}

/** What an account may have besides: its share of the traffic, and where its requests go. */
export type AccountOptions = Pick<Added, 'weight' | 'priority' | 'models' | 'upstream'>;

/** What a person who signs in needs: the page to open, and what proves later that the same one came back. */
export interface LoginLink {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

/** Writes accounts into the credential files of a running gateway; they serve within a second. */
export interface AccountFiles {
  /**
   * Secrets that are given as they are may be kept sealed in the database, so that the file holds their names alone.
   * @throws {GatewayError} `account-exists`, `field-invalid`, `credential-unwritable`, or `storage-unavailable`.
   */
  add(account: NewAccount, given: GivenCredential, options: AccountOptions): Promise<void>;
  /**
   * Another credential for an account in every file that holds it; gives their domains, none where no file does.
   * @throws {GatewayError} as `add`.
   */
  replace(accountId: string, given: GivenCredential): Promise<readonly string[]>;
  /**
   * Takes an account out of the file of `domain`, or of all where it is null, and forgets what was sealed for it; gives the
   * domains. @throws {GatewayError} `credential-unwritable`.
   */
  remove(accountId: string, domain: string | null): Promise<readonly string[]>;
  /** One cheap call with a credential that stands nowhere yet. */
  test(given: Pick<Added, 'credential' | 'upstream'>, signal: AbortSignal): Promise<OperationOutput<'account.try'>>;
  authorize(): LoginLink;
  /**
   * Exchanges the code that the page gave (`code`, or `code#state`), and keeps the login; of an account that is there already,
   * it replaces the tokens.
   * @throws {GatewayError} `login-refused`, `account-exists` where the account is no login, or `credential-unwritable`.
   */
  login(account: NewAccount, answer: { readonly code: string } & Omit<LoginLink, 'url'>): Promise<void>;
}
