import type { UpstreamSettings } from '@nexus/contract';
import type { StoredCredential } from './credentials/stored-credential.ts';

/** One account as its credential file describes it. */
export interface AccountSettings {
  /** `id` or `accountId` of the file, else `file:<name of the file>`. One id is one account, in whichever files it stands. */
  readonly id: string;
  /** For people; the id where the file gives none. */
  readonly name: string;
  readonly credential: StoredCredential;
  /** Share of the traffic against the others, for `weighted`. */
  readonly weight: number;
  /** Lower goes first, for `priority`. */
  readonly priority: number;
  /** Models that it may be asked for, `*` standing for any characters; null for all. */
  readonly models: readonly string[] | null;
  readonly upstream: UpstreamSettings | null;
  /** Switched off in the file. Pausing by a person is runtime state and not here. */
  readonly disabled: boolean;
  /** The file that it stands in, absolute; what is rotated is written back there. */
  readonly path: string;
}
