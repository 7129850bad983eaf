import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createSignInLinks } from '@nexus/services';
import { createSignIn } from '../../src/api/sign-in/sign-in.ts';
import { type ApiWorld, DASHBOARD_KEY, readRefusal, startApiWorld, toSignedInHeaders } from './api-world.ts';

let world: ApiWorld;
beforeEach(async () => {
  world = await startApiWorld({ database: false });
});
afterEach(() => world.stop());

/** Sends the form of the confirm page as a browser does. */
function sendForm(token: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${world.siteUrl}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: world.siteUrl, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token }).toString(),
  });
}

function toCookie(answer: Response): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

function send(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${world.siteUrl}/api/sign-in`, {
    method: 'POST',
    headers: { origin: world.siteUrl, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function askMe(headers: Record<string, string>): Promise<Response> {
  return fetch(`${world.apiUrl}/api/me`, { headers });
}

function change(headers: Record<string, string>): Promise<Response> {
  return fetch(`${world.apiUrl}/api/sign-out`, { method: 'POST', headers });
}

describe('signing in by a one-time link', () => {
  test('the link opens a page, its form opens a session, and the session opens the API', async () => {
    const link = await world.signIn.issueLink();
    const page = await fetch(world.siteUrl + link.path);
    const answer = await sendForm(link.token);
    const me = await fetch(`${world.siteUrl}/api/me`, { headers: { cookie: toCookie(answer) } });

    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`value="${link.token}"`);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect(await me.json()).toMatchObject({ kind: 'person', scopes: ['read', 'content', 'write', 'admin'] });
  });

  test('the cookie is out of reach of scripts and other sites, and Secure behind TLS', async () => {
    const plain = await sendForm((await world.signIn.issueLink()).token);
    const secure = await sendForm((await world.signIn.issueLink()).token, { 'x-forwarded-proto': 'https' });

    expect(plain.headers.get('set-cookie')).toMatch(
      /^nexus_session_[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    expect(secure.headers.get('set-cookie')).toEndWith('; Secure');
  });

  test('looking at the link uses nothing up; sending it twice works once', async () => {
    const link = await world.signIn.issueLink();
    for (let n = 0; n < 3; n += 1) await fetch(world.siteUrl + link.path);
    const first = await sendForm(link.token);
    const second = await sendForm(link.token);

    expect([first.status, second.status]).toEqual([303, 401]);
    expect(await second.text()).toMatch(/<code>(bun|npx -y bun@[\d.]+) run nexus sign-in<\/code>/);
  });

  test('of twenty that redeem one link at once, one is let in', async () => {
    const { token } = await world.signIn.issueLink();

    const redeemed = await Promise.all(Array.from({ length: 20 }, () => world.signIn.redeem(token)));

    expect(redeemed.filter(Boolean).length).toBe(1);
  });

  test('a link is dead after an hour', async () => {
    const { token } = await world.signIn.issueLink();
    world.passTime(3_600_001);

    expect((await sendForm(token)).status).toBe(401);
  });

  test('an invented token, and one that is a path, are refused', async () => {
    const answers = await Promise.all(['x'.repeat(43), '../../secrets/session.key', '', '%00'].map((t) => sendForm(t)));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  test('a form of another page is refused and uses nothing up', async () => {
    const { token } = await world.signIn.issueLink();
    const foreign = await sendForm(token, { origin: 'http://localhost:8080' });
    const crossSite = await sendForm(token, { 'sec-fetch-site': 'same-site' });

    expect([foreign.status, crossSite.status]).toEqual([403, 403]);
    expect((await sendForm(token)).status).toBe(303);
  });

  test('the data folder holds no token, and nobody else can read what it holds', async () => {
    const { token } = await world.signIn.issueLink();
    const folder = path.join(world.dataDir, 'sign-in');
    const [name] = await readdir(folder);
    const file = path.join(folder, name ?? '');

    expect(`${name}${await readFile(file, 'utf8')}`).not.toContain(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(world.dataDir, 'secrets', 'session.key'))).mode & 0o777).toBe(0o600);
  });

  test('a token with quotes and tags stays inside its attribute', async () => {
    const page = await fetch(`${world.siteUrl}/sign-in?token=${encodeURIComponent('"><script>alert(1)</script>')}`);

    expect(await page.text()).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  test('wrong links close the door for a while like wrong keys', async () => {
    for (let n = 0; n < 10; n += 1) expect((await sendForm(`guess-${n}`)).status).toBe(401);

    expect((await sendForm((await world.signIn.issueLink()).token)).status).toBe(429);
  });
});

describe('POST /api/sign-in', () => {
  test('DASHBOARD_API_KEY and one-time tokens open a session', async () => {
    const answers = [await send({ key: DASHBOARD_KEY }), await send({ token: (await world.signIn.issueLink()).token })];

    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const me = await fetch(`${world.apiUrl}/api/me`, { headers: { cookie: toCookie(answer) } });
      expect(await me.json()).toMatchObject({ kind: 'person' });
    }
  });

  test('a link that the command line made for itself lets it in by the name of its account', async () => {
    const links = createSignInLinks({ dataDir: world.dataDir, clock: Date.now });
    const answer = await send({ token: (await links.issue({ localUser: 'ada' })).token });
    const me = await fetch(`${world.apiUrl}/api/me`, { headers: { cookie: toCookie(answer) } });
    expect(await me.json()).toMatchObject({ kind: 'local-cli', scopes: ['read', 'content', 'write', 'admin'] });
  });

  test.each([
    ['a wrong key', { key: 'wrong' }, { status: 401, code: 'key-unknown' }],
    ['a used token', { token: 'gone' }, { status: 401, code: 'sign-in-link-used' }],
    ['both', { key: 'a', token: 'b' }, { status: 400, code: 'field-invalid' }],
    ['neither', {}, { status: 400, code: 'field-invalid' }],
    ['no object', 'text', { status: 400, code: 'body-malformed' }],
  ])('%s is refused', async (_name, body, refusal) => {
    expect(await readRefusal(await send(body))).toEqual(refusal);
  });

  test('a page of another origin cannot sign anybody in', async () => {
    const answer = await send({ key: DASHBOARD_KEY }, { origin: 'https://evil.example.com' });

    expect(await readRefusal(answer)).toEqual({ status: 403, code: 'origin-refused' });
  });
});

describe('sessions', () => {
  test('end after NEXUS_SIGN_IN_HOURS', async () => {
    const headers = await toSignedInHeaders(world, world.apiUrl);
    world.passTime(168 * 3_600_000 - 2000);
    expect((await askMe(headers)).status).toBe(200);
    world.passTime(4000);

    expect(await readRefusal(await askMe(headers))).toEqual({ status: 401, code: 'sign-in-required' });
  });

  test('end everywhere when somebody signs out, also in another process of the same data folder', async () => {
    const headers = await toSignedInHeaders(world, world.apiUrl);
    const out = await fetch(`${world.apiUrl}/api/sign-out`, { method: 'POST', headers });
    const other = await createSignIn({ dataDir: world.dataDir, hours: 1, clock: Date.now, newId: Bun.randomUUIDv7 });

    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await askMe(headers)).status).toBe(401);
    expect(await other.find(new Request('http://localhost/', { headers }))).toBeNull();
  });

  test('survive a restart, since their secret is in the data folder', async () => {
    const headers = await toSignedInHeaders(world, world.apiUrl);
    const restarted = await createSignIn({
      dataDir: world.dataDir,
      hours: 1,
      clock: Date.now,
      newId: Bun.randomUUIDv7,
    });

    expect(await restarted.find(new Request('http://localhost/', { headers }))).not.toBeNull();
  });

  test('cannot be forged: other secret, no signature, changed content', async () => {
    const { cookieName, cookieValue } = await world.signIn.open();
    const [head = '', content = '', signature = ''] = cookieValue.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const later = Buffer.from(
      Buffer.from(content, 'base64url')
        .toString()
        .replace(/"exp":\d+/, '"exp":99999999999'),
    ).toString('base64url');
    const forged = [`${none}.${content}.`, `${head}.${later}.${signature}`, `${head}.${content}.`, 'x.y.z', ''];

    const answers = await Promise.all(forged.map((value) => askMe({ cookie: `${cookieName}=${value}` })));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });
});

describe('a browser that is signed in', () => {
  test.each([
    ['another port of this machine', { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' }, 403],
    ['another site', { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['no sign of a page at all', {}, 403],
    ['an old browser on our own page', { origin: 'OWN' }, 200],
    ['our own page', { origin: 'OWN', 'sec-fetch-site': 'same-origin' }, 200],
  ])('changes something from %s: %#', async (_name, sent, status) => {
    const { cookie = '' } = await toSignedInHeaders(world, world.apiUrl);
    const origin = 'origin' in sent && sent.origin === 'OWN' ? { origin: world.apiUrl } : {};

    expect((await change({ cookie, ...sent, ...origin })).status).toBe(status);
  });

  test('is refused under a host name that only an attacker can have pointed here', async () => {
    const { cookie = '' } = await toSignedInHeaders(world, world.apiUrl);
    const rebound = await fetch(`${world.apiUrl}/api/me`, { headers: { cookie, host: 'rebound.example.com' } });
    const page = await fetch(`${world.siteUrl}/`, { headers: { host: 'rebound.example.com' } });
    const byKey = await fetch(`${world.apiUrl}/api/me`, {
      headers: { host: 'nexus.example.com', 'x-dashboard-key': DASHBOARD_KEY },
    });

    expect(await readRefusal(rebound)).toEqual({ status: 403, code: 'origin-refused' });
    expect(page.status).toBe(403);
    expect(byKey.status).toBe(200);
  });
});
