import type { UpstreamCredential } from '@nexus/anthropic';
import type { AccountSettings } from './account-file.ts';
import type { CredentialKind } from './credentials/stored-credential.ts';

/** What a person may know of a token. Instants are epoch milliseconds. */
export interface TokenState {
  readonly kind: CredentialKind;
  /** Null where it does not expire, or there is none yet. */
  readonly expiresAtMs: number | null;
  readonly lastMintedAtMs: number | null;
  /** The last time that a mint or a refresh failed, until one succeeds. Names no secret. */
  readonly lastError: { readonly atMs: number; readonly because: string } | null;
  /** Whether a new token can be had without a person. */
  readonly refreshable: boolean;
}

/** Gives what one account authenticates with, and keeps it fresh. */
export interface TokenSource {
  /** What is valid now without waiting, or null. Also starts a refresh in the background where one is due. */
  current(): UpstreamCredential | null;
  /**
   * Waits for a mint or a refresh where nothing is valid; many callers wait for the same one, and one that leaves ends only its
   * own waiting.
   * @throws {GatewayError} `credential-invalid` with the reason.
   */
  get(signal: AbortSignal): Promise<UpstreamCredential>;
  /**
   * After a 401 for `used`: one forced mint. Where a newer token is there already, that one is given and nothing is asked.
   * Null where there is no other to be had. Never throws but for the signal.
   */
  renew(used: UpstreamCredential, signal: AbortSignal): Promise<UpstreamCredential | null>;
  /**
   * A new token now, because a person asked: also where a failure a moment ago keeps everybody else from asking.
   * @throws {GatewayError} `credential-invalid` with the reason, or where its kind has no new token.
   */
  rotate(signal: AbortSignal): Promise<UpstreamCredential>;
  state(): TokenState;
  /** Ends minting; waits for what must not be cut off, such as a rotation that has begun. */
  close(): Promise<void>;
}

/** The token sources of a process. */
export interface TokenSources {
  /**
   * The source of an account: the same one as long as its material is the same, so that a reload mints nothing anew; another
   * one where it was replaced, while those who hold the old one finish with it. Cheap: for every request.
   */
  of(account: AccountSettings): TokenSource;
  /** Closes the sources of accounts that are not among these. */
  keep(accounts: readonly AccountSettings[]): void;
  close(): Promise<void>;
}
