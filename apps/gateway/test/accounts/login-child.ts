import type { UpstreamCredential } from '@nexus/anthropic';
import type { TokenFetch } from '../../src/accounts/credentials/request-token.ts';
import type { TokenSource } from '../../src/accounts/token-source.ts';
import { openLogin } from './login-world.ts';

// Stands for one process of the gateway: `login-child.ts <credential file> <url of Claude> <callers> [die]`.
const [path = '', url = '', callers = '1', dies] = process.argv.slice(2);
const signal = new AbortController().signal;

/** Dies as `kill -9` does, with the answer in hand and nothing of it written. */
const fetchAndDie: TokenFetch = async (to, options) => {
  await (await fetch(to, options)).text();
  process.kill(process.pid, 'SIGKILL');
  throw new Error('dead');
};

async function call(credential: UpstreamCredential): Promise<number> {
  if (credential.kind !== 'bearer') throw new Error('not a bearer token');
  const answer = await fetch(`${url}/v1/models?limit=1`, {
    headers: {
      authorization: `Bearer ${credential.token}`,
      'anthropic-beta': credential.betas.join(','),
      'anthropic-version': '2023-06-01',
    },
  });
  await answer.text();
  return answer.status;
}

/** As the pipeline does: one forced renewal after a 401. */
async function serve(source: TokenSource): Promise<number | string> {
  try {
    const credential = source.current() ?? (await source.get(signal));
    const status = await call(credential);
    if (status !== 401) return status;
    const renewed = await source.renew(credential, signal);
    return renewed === null ? 401 : await call(renewed);
  } catch (error) {
    return error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : String(error);
  }
}

const tokenUrl = `${url}/v1/oauth/token`;
const login = openLogin(path, dies === 'die' ? { tokenUrl, fetch: fetchAndDie } : { tokenUrl });
const source = await login.source();
process.stdout.write('ready\n');
for await (const _go of process.stdin) break;
const statuses = await Promise.all(Array.from({ length: Number(callers) }, () => serve(source)));
const counts: Record<string, number> = {};
for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
process.stdout.write(`${JSON.stringify(counts)}\n`);
process.exit(0);
