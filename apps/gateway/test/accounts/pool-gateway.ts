import { join } from 'node:path';
import { type TestGateway, type TestGatewayOptions, startTestGateway } from '../support/start-test-gateway.ts';

/** One account of a pool in a test. `meets` is what its requests meet at the fake Claude: names of sentinels and their numbers. */
export interface PoolEntry {
  readonly id: string;
  readonly meets?: Readonly<Record<string, string>>;
  readonly baseUrl?: string;
  readonly key?: string;
  readonly [field: string]: unknown;
}

export interface PoolOptions extends Pick<TestGatewayOptions, 'prepare' | 'world'> {
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: string;
}

/** The text of a credential file with these accounts. */
export function toPoolFile(accounts: readonly PoolEntry[], strategy = 'sticky'): string {
  return JSON.stringify({
    strategy,
    accounts: accounts.map(({ id, meets = {}, baseUrl, key, ...fields }) => {
      const setHeaders = Object.fromEntries(Object.entries(meets).map(([name, value]) => [`x-fake-${name}`, value]));
      const upstream = { setHeaders, ...(baseUrl === undefined ? {} : { baseUrl }) };
      return { id, type: 'api_key', api_key: key ?? toKey(id), upstream, ...fields };
    }),
  });
}

/** A gateway whose default domain is served by these accounts. */
export function startPoolGateway(
  accounts: readonly PoolEntry[],
  { strategy, env, ...options }: PoolOptions = {},
): Promise<TestGateway> {
  return startTestGateway({
    ...options,
    env: { NEXUS_PRIVATE_UPSTREAMS: 'true', ...env },
    prepare: async (dir) => {
      await Bun.write(toPoolPath(dir), toPoolFile(accounts, strategy));
      await options.prepare?.(dir);
    },
  });
}

export function toPoolPath(credentialsDir: string): string {
  return join(credentialsDir, 'default.credentials.json');
}

export function toKey(id: string): string {
  return `sk-ant-api03-of-${id}`;
}

/** Which accounts the fake Claude heard of, in order. */
export function listAsked({ fake }: TestGateway): string[] {
  return fake.requests.map((request) => (request.header('x-api-key') ?? 'nobody').replace('sk-ant-api03-of-', ''));
}

/** How the accounts are, by id; without that of ANTHROPIC_API_KEY, which every test gateway has. */
export function toStates({ gateway }: TestGateway): Record<string, string> {
  const accounts = gateway.accounts.list().filter(({ id }) => id !== 'default');
  return Object.fromEntries(accounts.map(({ id, state }) => [id, state]));
}
