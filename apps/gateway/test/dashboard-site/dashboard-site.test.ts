import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type ApiWorld, startApiWorld, withKey } from '../api/api-world.ts';

const SCRIPT = 'export const answer = 42;\n'.repeat(50);
const INDEX = '<!doctype html><title>Claude Nexus</title><script type="module" src="/assets/index-abc.js"></script>';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ database: false });
  await mkdir(path.join(world.distDir, 'assets'), { recursive: true });
  await Bun.write(path.join(world.distDir, 'index.html'), INDEX);
  await Bun.write(path.join(world.distDir, 'assets', 'index-abc.js'), SCRIPT);
  await Bun.write(path.join(world.distDir, 'assets', 'index-abc.js.br'), brotliCompressSync(SCRIPT));
  await Bun.write(path.join(world.distDir, 'assets', 'index-abc.js.gz'), gzipSync(SCRIPT));
  await Bun.write(path.join(world.distDir, '.stamp'), 'not for the world');
});
afterAll(() => world.stop());

function get(urlPath: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(world.siteUrl + urlPath, { headers });
}

describe('the dashboard site', () => {
  test.each(['/', '/requests', '/requests/0197f1d2-0000-7000-8000-000000000000', '/sign-in'])(
    '%s gives the single page, which is looked up again each time',
    async (urlPath) => {
      const answer = await get(urlPath);

      expect(await answer.text()).toBe(INDEX);
      expect(answer.headers.get('content-type')).toStartWith('text/html');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    },
  );

  test('every page has a policy without anything inline or foreign', async () => {
    const answers = await Promise.all([
      get('/'),
      get('/assets/index-abc.js'),
      get('/sign-in?token=x'),
      get('/gone.js'),
    ]);

    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ])('accept-encoding %p gets the file that the build compressed: %p', async (accepted, encoding) => {
    const answer = await get('/assets/index-abc.js', { 'accept-encoding': accepted });

    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('vary')).toBe('accept-encoding');
    expect(answer.headers.get('content-type')).toStartWith('text/javascript');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toBe(SCRIPT);
  });

  test('a page that did not change costs no bytes', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    const again = await get('/', { 'if-none-match': etag });

    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test.each([
    '/gone.js',
    '/.stamp',
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f.stamp',
    '/%2e%2e/secrets/session.key',
    '/%ff',
  ])('%s leads nowhere', async (urlPath) => {
    const answer = await get(urlPath);

    expect(await answer.text()).not.toContain('not for the world');
    expect([200, 404]).toContain(answer.status);
  });

  test.each(['/', '/requests'])('HEAD %s tells the length that GET gives', async (urlPath) => {
    for (const encoding of ['identity', 'br']) {
      const headers = { 'accept-encoding': encoding };
      const body = await fetch(world.siteUrl + urlPath, { headers, decompress: false }).then((it) => it.arrayBuffer());
      const head = await fetch(world.siteUrl + urlPath, { method: 'HEAD', headers });
      expect(head.headers.get('content-length')).toBe(String(body.byteLength));
    }
  });

  test('the API answers on the same port, under the same lock', async () => {
    const locked = await get('/api/me');
    const open = await fetch(`${world.siteUrl}/api/me`, withKey);
    const health = await get('/healthz');
    const upstream = await get('/api/hello');

    expect([locked.status, open.status, health.status, upstream.status]).toEqual([401, 200, 200, 401]);
  });

  test('a dashboard that is not built says how to build it', async () => {
    const bare = await startApiWorld({ database: false });
    await rm(bare.distDir, { recursive: true, force: true });
    const answer = await fetch(bare.siteUrl);
    await bare.stop();

    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/(bun|npx -y bun@[\d.]+) start/);
  });

  test('nothing but signing in is changed on this port', async () => {
    const answer = await fetch(`${world.siteUrl}/requests`, { method: 'POST', body: 'x' });

    expect(answer.status).toBe(404);
  });
});
