import { type Config, Secret } from '@nexus/config';
import type { Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import { type AccountBook, createAccountBook } from './accounts/account-book.ts';
import type { AccountSettings } from './accounts/account-file.ts';
import { type ConversationPlaces, createConversationPlaces } from './accounts/conversation-places.ts';
import { createTokenSources } from './accounts/credentials/create-token-sources.ts';
import { createSecretReader } from './accounts/credentials/read-secret.ts';
import { createRefreshLock } from './accounts/credentials/refresh-lock.ts';
import type { TokenSources } from './accounts/token-source.ts';
import { type UpstreamBook, createUpstreamBook } from './accounts/upstream-book.ts';
import type { CredentialFolder } from './identity/credential-folder.ts';
import type { World } from './world.ts';

export interface AccountsParts {
  readonly config: Config;
  readonly world: World;
  readonly folder: CredentialFolder;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  readonly log: Logger;
}

/** Everything that knows of accounts, wired. */
export interface Accounts {
  readonly sources: TokenSources;
  readonly upstreams: UpstreamBook;
  readonly book: AccountBook;
  readonly places: ConversationPlaces;
  /** ANTHROPIC_API_KEY as a pool of one; empty where it is not set. */
  readonly defaultAccounts: readonly AccountSettings[];
  close(): Promise<void>;
}

/** Files are looked at this often, so that an account is known and watched before the first request asks for it. */
const LOOK_MS = 1_000;

export function createAccounts({ config, world, folder, storage, log }: AccountsParts): Accounts {
  const { clock, monotonicMs } = world;
  const sources = createTokenSources({
    secrets: createSecretReader(world.readVariable),
    fetch,
    lock: createRefreshLock(storage, log),
    loginDefaults: { tokenUrl: config.identity.oauthTokenUrl, clientId: config.identity.oauthClientId },
    clock,
    newId: () => world.newId(),
  });
  const upstreams = createUpstreamBook({
    baseUrl: config.upstream.baseUrl,
    connectTimeoutMs: config.upstream.connectTimeoutMs,
    privateAllowed: config.upstream.privateAllowed,
    probing: world.directEgress,
    monotonicMs,
    clock,
    log,
  });
  const book = createAccountBook({ sources, upstreams, clock, log });
  const defaultAccounts = config.identity.apiKey === null ? [] : [toDefaultAccount(config.identity.apiKey)];

  function look(): void {
    const files = folder.names().flatMap((name) => folder.find(name) ?? []);
    for (const { accounts, strategy } of files) book.poolOf(accounts, strategy);
    if (defaultAccounts.length > 0) book.poolOf(defaultAccounts, 'sticky');
    book.keep([...files.map(({ accounts }) => accounts), defaultAccounts]);
  }

  look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    sources,
    upstreams,
    book,
    places: createConversationPlaces(monotonicMs),
    defaultAccounts,
    close: async () => {
      clearInterval(timer);
      upstreams.close();
      await sources.close();
    },
  };
}

function toDefaultAccount(apiKey: Secret): AccountSettings {
  return {
    id: 'default',
    name: 'ANTHROPIC_API_KEY',
    credential: { kind: 'api-key', key: apiKey, place: { kind: 'x-api-key' } },
    weight: 1,
    priority: 0,
    models: null,
    upstream: null,
    disabled: false,
    path: '',
  };
}
