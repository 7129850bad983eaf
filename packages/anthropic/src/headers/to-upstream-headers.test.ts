import { expect, test } from 'bun:test';
import { mergeBetas, toAnswerHeaders, toUpstreamHeaders, type UpstreamCredential } from '../index.ts';

const PASS_THROUGH: UpstreamCredential = { kind: 'pass-through' };

function sent(headers: Record<string, string>, credential = PASS_THROUGH, clientKey: string | null = null) {
  return Object.fromEntries(
    toUpstreamHeaders(new Headers({ 'accept-encoding': 'gzip', ...headers }), { credential, clientKey }),
  );
}

test('headers nobody knows travel verbatim', () => {
  const headers = {
    'accept-encoding': 'gzip, deflate, br, zstd',
    'anthropic-version': '2026-10-21',
    'anthropic-beta': 'context-1m-2025-08-07, an-unknown-flag',
    'anthropic-something-new': 'a, b ,c',
    'x-claude-code-session-id': 's',
    'x-stainless-os': 'Linux',
    'user-agent': 'claude-cli/2.1.329',
    'x-request-id': 'mine',
  };
  expect(sent(headers)).toEqual(headers);
});

test('what belongs to the connection, to our host or to us stays here', () => {
  expect(
    sent({
      connection: 'keep-alive, X-Hop, not a name',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'proxy-authorization': 'Bearer nx_live_x',
      'proxy-connection': 'keep-alive',
      te: 'trailers',
      trailer: 'x',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      host: 'claude.example',
      'content-length': '10',
      expect: '100-continue',
      cookie: 'nexus=secret',
      'x-forwarded-for': '10.0.0.1',
      'x-nexus-domain': 'team',
      'x-nexus-anything': 'x',
      'x-dashboard-key': 'secret',
      'content-type': 'application/json',
    }),
  ).toEqual({ 'accept-encoding': 'gzip', 'content-type': 'application/json' });
});

test('a caller that offers no encoding gets none', () => {
  const headers = toUpstreamHeaders(new Headers(), { credential: PASS_THROUGH, clientKey: null });
  expect(headers.get('accept-encoding')).toBe('identity');
});

test('a stored API key takes the place of whatever the caller sent', () => {
  const credential: UpstreamCredential = { kind: 'api-key', key: 'sk-ant-api03-ours' };
  const result = sent({ authorization: 'Bearer nx_live_x', 'x-api-key': 'other' }, credential);
  expect(result).toEqual({ 'accept-encoding': 'gzip', 'x-api-key': 'sk-ant-api03-ours' });
});

test('a stored token takes the place of whatever the caller sent, and adds its betas', () => {
  const credential: UpstreamCredential = { kind: 'bearer', token: 'sk-ant-oat01-ours', betas: ['oauth-2025-04-20'] };
  const result = sent({ 'x-api-key': 'nx_live_x', 'anthropic-beta': 'a,b' }, credential);
  expect(result).toEqual({
    'accept-encoding': 'gzip',
    authorization: 'Bearer sk-ant-oat01-ours',
    'anthropic-beta': 'a,b,oauth-2025-04-20',
  });
});

test('the caller’s own Claude credential passes through, in whichever header it stands', () => {
  expect(sent({ authorization: 'Bearer sk-ant-oat01-mine' })).toHaveProperty(
    'authorization',
    'Bearer sk-ant-oat01-mine',
  );
  expect(sent({ 'x-api-key': 'sk-ant-api03-mine' })).toHaveProperty('x-api-key', 'sk-ant-api03-mine');
});

test('our own keys never go upstream, not even unknown ones beside a credential that passes through', () => {
  const result = sent({ 'x-api-key': 'nx_live_unknown', authorization: 'Bearer sk-ant-oat01-mine' });
  expect(result).toEqual({ 'accept-encoding': 'gzip', authorization: 'Bearer sk-ant-oat01-mine' });
  expect(sent({ authorization: 'bearer nx_live_x' })).toEqual({ 'accept-encoding': 'gzip' });
  expect(
    sent({ authorization: 'Bearer team-key', 'x-api-key': 'sk-ant-api03-mine' }, PASS_THROUGH, 'team-key'),
  ).toEqual({
    'accept-encoding': 'gzip',
    'x-api-key': 'sk-ant-api03-mine',
  });
});

test('the caller’s headers are left as they were', () => {
  const incoming = new Headers({ 'x-api-key': 'nx_live_x', connection: 'close' });
  toUpstreamHeaders(incoming, { credential: { kind: 'api-key', key: 'k' }, clientKey: null });
  expect(Object.fromEntries(incoming)).toEqual({ 'x-api-key': 'nx_live_x', connection: 'close' });
});

test.each([
  [null, [], null],
  [null, ['a'], 'a'],
  ['', ['a', 'b'], 'a,b'],
  ['a, b', [], 'a, b'],
  ['a, b', ['b'], 'a, b'],
  ['a, b', ['c', 'c', 'a'], 'a, b,c'],
])('betas %p with %p needed are %p', (client, needed, merged) => {
  expect(mergeBetas(client, needed)).toBe(merged);
});

test('an answer’s headers pass verbatim, but for the connection’s and the host’s, with our id', () => {
  const upstream = new Headers({
    'content-type': 'text/event-stream',
    'content-encoding': 'zstd',
    'content-length': '12',
    'request-id': 'req_1',
    'retry-after': '3',
    'x-should-retry': 'false',
    'anthropic-ratelimit-unified-5h-utilization': '0.5',
    connection: 'close, x-hop',
    'x-hop': '1',
    'transfer-encoding': 'chunked',
    'alt-svc': 'h3=":443"',
    'strict-transport-security': 'max-age=31536000',
  });
  upstream.append('set-cookie', 'a=1');
  upstream.append('set-cookie', 'b=2');
  const answer = toAnswerHeaders(upstream, 'id-1');
  expect(answer.getSetCookie()).toEqual(['a=1', 'b=2']);
  answer.delete('set-cookie');
  expect(Object.fromEntries(answer)).toEqual({
    'content-type': 'text/event-stream',
    'content-encoding': 'zstd',
    'content-length': '12',
    'request-id': 'req_1',
    'retry-after': '3',
    'x-should-retry': 'false',
    'anthropic-ratelimit-unified-5h-utilization': '0.5',
    'x-nexus-request-id': 'id-1',
  });
});
