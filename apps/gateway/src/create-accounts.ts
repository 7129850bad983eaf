import { type Config, Secret } from '@nexus/config';
import { loadSecret } from '@nexus/services';
import type { Storage } from '@nexus/storage';
import { toMetric } from '@nexus/contract';
import type { Logger, Metrics } from '@nexus/telemetry';
import { type AccountBook, createAccountBook } from './accounts/account-book.ts';
import { type AccountDirectory, createAccountDirectory } from './accounts/account-directory.ts';
import type { AccountSettings } from './accounts/account-file.ts';
import { type ConversationPlaces, createConversationPlaces } from './accounts/conversation-places.ts';
import { createTokenSources } from './accounts/credentials/create-token-sources.ts';
import { createSecretReader } from './accounts/credentials/read-secret.ts';
import { createRefreshLock } from './accounts/credentials/refresh-lock.ts';
import { createShare } from './accounts/share/create-share.ts';
import { createExpiryTeller, toHealthEvent } from './accounts/tell-health.ts';
import { createStoredSecrets, type StoredSecrets } from './accounts/credentials/stored-secrets.ts';
import type { TokenSources } from './accounts/token-source.ts';
import { type UpstreamBook, createUpstreamBook } from './accounts/upstream-book.ts';
import type { CredentialFolder } from './identity/credential-folder.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Redis } from './redis/create-redis.ts';
import type { World } from './world.ts';

export interface AccountsParts {
  readonly config: Config;
  readonly world: World;
  readonly folder: CredentialFolder;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** Null where processes share none. */
  readonly redis: Redis | null;
  readonly live: LiveFeed;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Everything that knows of accounts, wired. */
export interface Accounts {
  readonly sources: TokenSources;
  readonly upstreams: UpstreamBook;
  readonly book: AccountBook;
  readonly directory: AccountDirectory;
  readonly places: ConversationPlaces;
  /** ANTHROPIC_API_KEY as a pool of one; empty where it is not set. */
  readonly defaultAccounts: readonly AccountSettings[];
  readonly storedSecrets: StoredSecrets;
  /** Takes note of what the files say now, without waiting for the next look. */
  refresh(): void;
  close(): Promise<void>;
}

/** Files are looked at this often, so that an account is known and watched before the first request asks for it. */
const LOOK_MS = 1_000;

export function createAccounts({ config, world, folder, storage, redis, live, metrics, log }: AccountsParts): Accounts {
  const { clock, monotonicMs } = world;
  const { storedSecrets, sources } = createSecrets({ config, world, storage, metrics, log });
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

  const places = createConversationPlaces(monotonicMs);
  const share = createShare({ book, upstreams, places, storage, redis, processId: world.newId(), clock, log });
  const tellExpiring = createExpiryTeller((event) => live.changed(event));
  book.onChange((change) => {
    const event = toHealthEvent(change);
    if (event !== null) live.changed(event);
  });

  function look(): void {
    const files = folder.names().flatMap((name) => folder.find(name) ?? []);
    for (const { accounts, strategy } of files) book.poolOf(accounts, strategy);
    if (defaultAccounts.length > 0) book.poolOf(defaultAccounts, 'sticky');
    book.keep([...files.map(({ accounts }) => accounts), defaultAccounts]);
    tellExpiring(book.list(), clock());
  }

  look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    sources,
    upstreams,
    book,
    directory: createAccountDirectory({
      book,
      domains: () => toDomains(folder, config.identity.defaultDomain),
      save: (account) => share.save(account),
      fetch,
      clock,
      monotonicMs,
    }),
    places,
    defaultAccounts,
    storedSecrets,
    refresh: look,
    close: async () => {
      clearInterval(timer);
      share.close();
      upstreams.close();
      await sources.close();
    },
  };
}

/** Where secrets are found, and what makes tokens of them. */
function createSecrets({ config, world, storage, metrics, log }: Omit<AccountsParts, 'folder' | 'live' | 'redis'>) {
  const { clock, readVariable, newId } = world;
  const loadKey = (): Promise<Uint8Array> => loadKeyMaterial(config);
  const mints = metrics.counters(toMetric('nexus_token_mint_total'));
  const storedSecrets = createStoredSecrets({ storage, loadKeyMaterial: loadKey, clock });
  const sources = createTokenSources({
    secrets: createSecretReader({ readVariable, stored: storedSecrets }),
    fetch,
    lock: createRefreshLock(storage, log),
    loginDefaults: { tokenUrl: config.identity.oauthTokenUrl, clientId: config.identity.oauthClientId },
    onMint: (kind, result) => mints.add([kind, result], 1),
    clock,
    newId: () => newId(),
  });
  return { storedSecrets, sources };
}

async function loadKeyMaterial({ identity, storage }: Config): Promise<Uint8Array> {
  if (identity.secretKey !== null) return new TextEncoder().encode(identity.secretKey.reveal());
  return loadSecret(storage.dataDir, 'stored-secrets');
}

/** Which domains an account serves, by its id. */
function toDomains(folder: CredentialFolder, defaultDomain: string | null): ReadonlyMap<string, readonly string[]> {
  const domains = new Map<string, string[]>();
  if (defaultDomain !== null && folder.find(defaultDomain) === null) domains.set('default', [defaultDomain]);
  for (const name of folder.names()) {
    const shown = name.startsWith(WILDCARD) ? `*.${name.slice(WILDCARD.length)}` : name;
    for (const { id } of folder.find(name)?.accounts ?? []) domains.set(id, [...(domains.get(id) ?? []), shown]);
  }
  return domains;
}

const WILDCARD = '_wildcard.';

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
