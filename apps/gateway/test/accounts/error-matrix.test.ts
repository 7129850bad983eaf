import { describe, expect, test } from 'bun:test';
import { expectRefusal } from '../support/expect-refusal.ts';
import type { SendOptions, TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type PoolEntry, type PoolOptions, listAsked, startPoolGateway, toStates } from './pool-gateway.ts';

/** What the caller gets: a whole answer, the upstream's own error with its body, our refusal, or a stream that tells. */
type Got = 'answer' | `upstream ${number}` | `ours ${number}` | 'error event' | 'cut';

/** One kind of failure: how an account meets it, and what must become of it. */
interface Kind {
  readonly name: string;
  readonly entry: Omit<PoolEntry, 'id'>;
  /** With another account that is well; such a caller must not notice, unless content was out already. */
  readonly two: Got;
  /** With another account that rests, or that meets the same. */
  readonly one: Got;
  /** State of the account after one failure, and after it failed as the only one that was asked. */
  readonly state: string;
  /** And where two accounts at one upstream met it: connections are the upstream's, so both rest with it. */
  readonly both?: string;
  /** Whether the fake hears of it at all. */
  readonly heard?: false;
  /**
   * After how many requests neither of two that meet it is asked any more, what they are then, and for how long; `never` where
   * it says nothing of the account.
   */
  readonly none: { readonly after: number; readonly state: string; readonly forS: number } | 'never';
}

const meets = (name: string, value = ''): Omit<PoolEntry, 'id'> => ({ meets: { [name]: value } });

const STALL = 'stall without an answer';

const KINDS: readonly Kind[] = [
  {
    name: 'connection refused',
    entry: { baseUrl: 'http://127.0.0.1:1' },
    two: 'answer',
    one: 'ours 502',
    state: 'healthy',
    none: { after: 1, state: 'resting', forS: 5 },
    both: 'resting',
    heard: false,
  },
  {
    name: 'DNS failure',
    entry: { baseUrl: 'http://no-such-host.invalid' },
    two: 'answer',
    one: 'ours 502',
    state: 'healthy',
    none: { after: 1, state: 'resting', forS: 5 },
    both: 'resting',
    heard: false,
  },
  {
    name: 'TLS failure',
    entry: { baseUrl: 'tls' },
    two: 'answer',
    one: 'ours 502',
    state: 'healthy',
    none: { after: 1, state: 'resting', forS: 5 },
    both: 'resting',
    heard: false,
  },
  {
    name: 'connection closed without an answer',
    entry: meets('close'),
    two: 'answer',
    one: 'ours 502',
    state: 'healthy',
    none: { after: 1, state: 'resting', forS: 5 },
    both: 'resting',
  },
  {
    name: '401',
    entry: meets('401'),
    two: 'answer',
    one: 'upstream 401',
    state: 'auth-failed',
    none: { after: 1, state: 'auth-failed', forS: 900 },
  },
  {
    name: '403',
    entry: meets('403'),
    two: 'answer',
    one: 'upstream 403',
    state: 'healthy',
    none: { after: 1, state: 'healthy', forS: 900 },
  },
  {
    name: '429',
    entry: meets('429'),
    two: 'answer',
    one: 'upstream 429',
    state: 'resting',
    none: { after: 1, state: 'resting', forS: 5 },
  },
  {
    name: '429 with retry-after',
    entry: meets('429-retry', '3600'),
    two: 'answer',
    one: 'upstream 429',
    state: 'resting',
    none: { after: 1, state: 'resting', forS: 3600 },
  },
  {
    name: '429 with unified headers',
    entry: meets('429-unified'),
    two: 'answer',
    one: 'upstream 429',
    state: 'resting',
    none: { after: 1, state: 'resting', forS: 3600 },
  },
  {
    name: '429 of a spend limit',
    entry: meets('429-spend'),
    two: 'answer',
    one: 'upstream 429',
    state: 'resting',
    none: { after: 1, state: 'resting', forS: 5 },
  },
  {
    name: '500',
    entry: meets('500'),
    two: 'answer',
    one: 'upstream 500',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: '503',
    entry: meets('503'),
    two: 'answer',
    one: 'upstream 503',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: '529',
    entry: meets('529'),
    two: 'answer',
    one: 'upstream 529',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: '200, then an error as the first event',
    entry: meets('error-first'),
    two: 'answer',
    one: 'error event',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: '200, then an error after a ping',
    entry: meets('error-before-content'),
    two: 'answer',
    one: 'error event',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: '200, then an error after the first delta',
    entry: meets('error-after-content'),
    two: 'error event',
    one: 'error event',
    state: 'healthy',
    none: 'never',
  },
  {
    name: 'end in mid frame before any content',
    entry: meets('truncate', '100'),
    two: 'answer',
    one: 'cut',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: 'end in mid frame after content',
    entry: meets('truncate', '900'),
    two: 'cut',
    one: 'cut',
    state: 'healthy',
    none: 'never',
  },
  {
    name: 'connection reset before any content',
    entry: meets('reset', '100'),
    two: 'answer',
    one: 'cut',
    state: 'healthy',
    none: { after: 3, state: 'resting', forS: 30 },
  },
  {
    name: STALL,
    entry: meets('never'),
    two: 'answer',
    one: 'ours 504',
    state: 'healthy',
    none: { after: 6, state: 'resting', forS: 30 },
  },
  { name: '400', entry: meets('400'), two: 'upstream 400', one: 'upstream 400', state: 'healthy', none: 'never' },
  { name: '404', entry: meets('404'), two: 'upstream 404', one: 'upstream 404', state: 'healthy', none: 'never' },
  { name: '413', entry: meets('413'), two: 'upstream 413', one: 'upstream 413', state: 'healthy', none: 'never' },
];

const ENV = { NEXUS_ATTEMPTS_MS: '5000' };
/** Short only where silence is what the cell is about: a busy machine must not make others silent. */
const SILENCE_ENV = { ...ENV, NEXUS_FIRST_BYTE_TIMEOUT_MS: '500' };
const STREAM: SendOptions = { stream: true };

/** What the caller got, and `x-nexus-attempts`; both tell nothing where the connection broke before the head was out. */
async function ask(gw: TestGateway): Promise<{ readonly got: Got; readonly attempts: string | null }> {
  const answer = await gw.send('fake-text', STREAM).catch(() => null);
  if (answer === null) return { got: 'cut', attempts: null };
  return { got: await see(answer), attempts: answer.headers.get('x-nexus-attempts') };
}

async function see(answer: Response): Promise<Got> {
  const text = await answer.text().catch(() => null);
  if (text === null) return 'cut';
  if (answer.status !== 200) {
    const isOurs = answer.headers.has('x-nexus-error');
    // Claude's own errors come byte for byte, under Claude's id and not ours.
    if (!isOurs)
      expect(JSON.parse(text)).toMatchObject({ type: 'error', request_id: answer.headers.get('request-id') });
    return isOurs ? `ours ${answer.status}` : `upstream ${answer.status}`;
  }
  expect(text.split('event: message_start').length - 1).toBeLessThanOrEqual(1);
  if (text.includes('event: error')) return 'error event';
  return text.includes('event: message_stop') ? 'answer' : 'cut';
}

function toEntry({ entry }: Kind, id: string, tlsUrl: string): PoolEntry {
  return { id, ...entry, ...(entry.baseUrl === 'tls' ? { baseUrl: tlsUrl } : {}) };
}

/** A port that speaks, but not TLS. */
function startPlainServer() {
  return Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket) => void socket.end('not tls') } });
}

async function startCell(
  kind: Kind,
  second: (tlsUrl: string) => PoolEntry,
  { env = kind.name === STALL ? SILENCE_ENV : ENV, ...options }: PoolOptions = {},
): Promise<TestGateway> {
  const plain = startPlainServer();
  const tlsUrl = `https://127.0.0.1:${plain.port}`;
  const gw = await startPoolGateway([toEntry(kind, 'first', tlsUrl), { priority: 1, ...second(tlsUrl) }], {
    env,
    ...options,
  });
  const dispose = gw[Symbol.asyncDispose].bind(gw);
  return Object.assign(gw, {
    [Symbol.asyncDispose]: async () => {
      plain.stop(true);
      await dispose();
    },
  });
}

describe.each(KINDS)('$name', (kind) => {
  const asked = kind.heard === false ? [] : ['first'];

  test('two healthy accounts', async () => {
    await using gw = await startCell(kind, () => ({ id: 'second' }));
    const moved = kind.two === 'answer';
    expect(await ask(gw)).toEqual({ got: kind.two, attempts: moved ? '2' : null });
    expect(listAsked(gw)).toEqual(moved ? [...asked, 'second'] : asked);
    expect(toStates(gw)).toEqual({ first: kind.state, second: 'healthy' });
    const [line] = await waitFor('its line', () => (gw.ended().length > 0 ? gw.ended() : null));
    expect(line?.accountId).toBe(moved ? 'second' : 'first');
  });

  test('one healthy account, and one that rests', async () => {
    // The second is asked for another model first, which the first may not be asked for.
    await using gw = await startCell({ ...kind, entry: { ...kind.entry, models: ['fake-text'] } }, () => ({
      id: 'second',
      meets: { '429-retry': '3600' },
    }));
    await (await gw.send('fake-thinking', STREAM)).text();
    expect(await ask(gw)).toEqual({ got: kind.one, attempts: null });
    expect(listAsked(gw)).toEqual(['second', ...asked]);
    expect(toStates(gw)).toEqual({ first: kind.state, second: 'resting' });
  });

  test('none: both were found out before, and nobody is asked any more', async () => {
    // Less than the shortest rest, or its end would be waited for; but a busy machine must have time to ask both.
    const nowMs = Date.now();
    const env = kind.name === STALL ? { ...SILENCE_ENV, NEXUS_ATTEMPTS_MS: '500' } : { NEXUS_ATTEMPTS_MS: '4000' };
    const options = { env, world: { clock: () => nowMs } };
    await using gw = await startCell(kind, (tlsUrl) => toEntry(kind, 'second', tlsUrl), options);
    const { none } = kind;
    if (none === 'never') {
      for (const id of ['first', 'second']) await gw.gateway.accounts.pause(id);
    } else {
      for (let times = 0; times < none.after; times += 1) expect((await ask(gw)).got).toBe(kind.one);
    }
    const heard = gw.fake.requests.length;
    const refused = await gw.send('fake-text', STREAM);
    expect(await see(refused)).toBe(none === 'never' ? 'ours 503' : 'ours 529');
    expect(gw.fake.requests).toHaveLength(heard);
    const state = none === 'never' ? 'paused' : none.state;
    expect(toStates(gw)).toEqual({ first: state, second: state });
    const retryAfterS = Number(refused.headers.get('retry-after'));
    if (none === 'never') expect(refused.headers.has('retry-after')).toBe(false);
    else expect(retryAfterS).toBeWithin(Math.max(1, none.forS - 20), none.forS + 2);
    // Nobody answered it, and it is on record once all the same.
    const line = await gw.exchange(refused.headers.get('x-nexus-request-id'));
    expect(line).toMatchObject({ outcome: 'refused', accountId: null });
  });

  test('no healthy account: both meet the same', async () => {
    await using gw = await startCell(kind, (tlsUrl) => toEntry(kind, 'second', tlsUrl));
    const moved = kind.two === 'answer';
    expect(await ask(gw)).toMatchObject({ got: kind.one });
    expect(listAsked(gw)).toEqual(moved && asked.length > 0 ? ['first', 'second'] : asked);
    const state = kind.both ?? kind.state;
    expect(toStates(gw)).toEqual({ first: state, second: moved ? state : 'healthy' });
  });
});

test('where all rest, nobody is asked: 529, with the time when the first is back', async () => {
  const accounts = ['3600', '1800'].map((seconds) => ({ id: `back-in-${seconds}`, meets: { '429-retry': seconds } }));
  await using gw = await startPoolGateway(accounts, { env: ENV });
  expect((await gw.send('fake-text')).status).toBe(429);
  const refused = await gw.send('fake-text');
  expect(gw.fake.requests).toHaveLength(2);
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1_790, 1_801);
  await expectRefusal(gw, refused, { status: 529, type: 'overloaded_error', code: 'accounts-resting' });
});

test('where all are paused, nobody comes back by itself: 503, and no client tries again', async () => {
  await using gw = await startPoolGateway([{ id: 'one' }, { id: 'two' }]);
  await gw.gateway.accounts.pause('one');
  await gw.gateway.accounts.pause('two');
  const refused = await gw.send('fake-text');
  await expectRefusal(gw, refused, { status: 503, type: 'api_error', code: 'accounts-unavailable' });
  await gw.gateway.accounts.resume('two');
  expect((await gw.send('fake-text')).status).toBe(200);
});

test('a model that no account may be asked for is said so', async () => {
  await using gw = await startPoolGateway([{ id: 'one', models: ['claude-*'] }]);
  const refused = await gw.send('fake-text');
  await expectRefusal(gw, refused, { status: 404, type: 'not_found_error', code: 'model-not-served' });
});

test('a pool of one is never rested: what its upstream says, the caller hears each time', async () => {
  await using gw = await startPoolGateway([{ id: 'only', meets: { '429-retry': '3600' } }]);
  for (let times = 0; times < 3; times += 1) expect((await gw.send('fake-text')).status).toBe(429);
  expect(listAsked(gw)).toEqual(['only', 'only', 'only']);
});

test('an account that is back within the time of a caller is waited for', async () => {
  await using gw = await startPoolGateway([{ id: 'one' }, { id: 'two' }], { env: ENV });
  // The model fails twice, whoever asks for it: once for each account.
  const answer = await gw.send('fake-429-retry-1+times-2');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-nexus-attempts')).toBe('3');
});
