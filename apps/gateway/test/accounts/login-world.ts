import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@nexus/telemetry';
import { type FakeClaude, startFakeClaude } from '@nexus/testkit';
import { z } from 'zod';
import { createTokenSources } from '../../src/accounts/credentials/create-token-sources.ts';
import { createSecretReader } from '../../src/accounts/credentials/read-secret.ts';
import { createRefreshLock } from '../../src/accounts/credentials/refresh-lock.ts';
import type { TokenFetch } from '../../src/accounts/credentials/request-token.ts';
import type { TokenSources } from '../../src/accounts/token-source.ts';
import { type CredentialFile, parseCredentialFile } from '../../src/identity/credential-file.ts';

export const HOUR_MS = 3_600_000;

const LoginText = z.looseObject({
  oauth: z.looseObject({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }),
});

/** A folder with the credential file of one login, whose tokens the fake Claude gave. */
export interface LoginWorld extends AsyncDisposable {
  readonly fake: FakeClaude;
  readonly folder: string;
  readonly path: string;
  /** Puts a login of the fake's into the file; by default its access token has expired. */
  write(name: string, options?: { readonly expiresAtMs?: number; readonly mode?: number }): Promise<void>;
  read(): Promise<z.output<typeof LoginText>>;
  mode(): Promise<number>;
  /** Everything in the folder beside the file and its lock. */
  leftovers(): Promise<string[]>;
  /** How often the token endpoint was asked. */
  refreshes(): number;
}

export async function createLoginWorld(): Promise<LoginWorld> {
  const fake = await startFakeClaude();
  const folder = await mkdtemp(join(tmpdir(), 'nexus-login-'));
  const path = join(folder, 'team.example.com.credentials.json');
  return {
    fake,
    folder,
    path,
    async write(name, { expiresAtMs = Date.now() - HOUR_MS, mode = 0o600 } = {}) {
      const refreshToken = fake.tokens.open(name);
      const oauth = {
        accessToken: fake.tokens.firstAccessToken(name),
        refreshToken,
        expiresAt: expiresAtMs,
        isMax: true,
      };
      const file = { type: 'oauth', accountId: name, oauth, client_api_key: 'client-key', slack: { enabled: false } };
      await Bun.write(path, JSON.stringify(file));
      await chmod(path, mode);
    },
    read: async () => LoginText.parse(await Bun.file(path).json()),
    mode: async () => (await stat(path)).mode & 0o777,
    leftovers: async () => (await readdir(folder)).filter((name) => !/credentials\.json(\.lock)?$/.test(name)),
    refreshes: () => fake.requests.filter((request) => request.path === '/v1/oauth/token').length,
    async [Symbol.asyncDispose]() {
      await fake.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export interface OpenedLogin {
  readonly sources: TokenSources;
  /** The source of the login as its file is now; of a pool, that of one account. */
  source(id?: string): Promise<ReturnType<TokenSources['of']>>;
}

/** What one process of the gateway makes of a credential file. */
export function openLogin(
  path: string,
  options: { readonly tokenUrl: string; readonly fetch?: TokenFetch; readonly clock?: () => number },
): OpenedLogin {
  const log = createLogger({ level: 'silent', format: 'json', write: () => {}, maskText: (line) => line });
  const sources = createTokenSources({
    fetch: options.fetch ?? fetch,
    clock: options.clock ?? Date.now,
    newId: () => Bun.randomUUIDv7(),
    secrets: createSecretReader({ readVariable: () => undefined, stored: { find: refuse } }),
    lock: createRefreshLock(() => null, log),
    loginDefaults: { tokenUrl: options.tokenUrl, clientId: 'client-1' },
  });
  return {
    sources,
    async source(id) {
      const { accounts } = await readCredentials(path);
      const account = accounts.find((candidate) => id === undefined || candidate.id === id);
      if (account === undefined) throw new Error('no account');
      return sources.of(account);
    },
  };
}

function refuse(): never {
  throw new Error('nothing is stored here');
}

async function readCredentials(path: string): Promise<CredentialFile> {
  const parsed = parseCredentialFile(await Bun.file(path).text(), { name: 'team.example.com', path });
  if (!parsed.ok) throw new Error(parsed.because);
  return parsed.file;
}
