import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { askRaw, toAbsoluteRequest, toBasic } from './ask-proxy.ts';
import { type TlsUpstream, startTlsUpstream } from './tls-upstream.ts';

const CLIENT_KEY = 'harbour-client-key';
const CLAUDE_KEY = 'sk-ant-api03-of-the-harbour';

/** A gateway whose one account is behind TLS; with `caFile`, its authority is trusted. */
function startBehindTls(upstream: TlsUpstream, trusted: boolean): Promise<TestGateway> {
  return startTestGateway({
    env: {
      FORWARD_PROXY_PORT: '0',
      NEXUS_PRIVATE_UPSTREAMS: 'true',
      ENABLE_CLIENT_AUTH: 'true',
      ANTHROPIC_API_KEY: '',
    },
    prepare: async (dir) => {
      await Bun.write(join(dir, 'ca.pem'), upstream.ca);
      const place = { baseUrl: upstream.url, ...(trusted ? { caFile: 'ca.pem' } : {}) };
      const file = { type: 'api_key', api_key: CLAUDE_KEY, client_api_key: CLIENT_KEY, upstream: place };
      await Bun.write(join(dir, 'default.credentials.json'), JSON.stringify(file));
    },
  });
}

const headers = { 'Proxy-Authorization': toBasic(`nexus:${CLIENT_KEY}`) };

describe('a request in absolute form to http:// goes on by TLS', () => {
  test('to an upstream whose authority is trusted, its path exactly once, and nothing can be read on the wire', async () => {
    await using upstream = await startTlsUpstream();
    await using gw = await startBehindTls(upstream, true);
    const target = `http://localhost:${upstream.port}/v1/messages?beta=true`;
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(target, { headers }));
    expect(answer.status).toBe(200);
    expect(upstream.asked.map((each) => each.target)).toEqual(['/v1/messages?beta=true']);
    expect(upstream.asked[0]?.headers.get('x-api-key')).toBe(CLAUDE_KEY);
    expect(upstream.asked[0]?.headers.get('proxy-authorization')).toBeNull();
    // The gateway also opens connections only to see whether somebody is there; nothing is sent on those.
    const spoken = upstream.wires.filter((wire) => wire.byteLength > 0);
    expect(spoken.length).toBeGreaterThan(0);
    for (const wire of spoken) {
      // A TLS record of a handshake (RFC 8446, section 5.1).
      expect([wire[0], wire[1]]).toEqual([22, 3]);
      const text = Buffer.from(wire).toString('latin1');
      for (const secret of [CLIENT_KEY, CLAUDE_KEY, 'Say something', '/v1/messages'])
        expect(text).not.toContain(secret);
    }
    expect(gw.logText()).not.toContain(CLIENT_KEY);
    expect(gw.logText()).not.toContain(CLAUDE_KEY);
  });

  test('and not at all to one that anybody may have signed', async () => {
    await using upstream = await startTlsUpstream();
    await using gw = await startBehindTls(upstream, false);
    const target = `http://localhost:${upstream.port}/v1/messages`;
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(target, { headers }));
    expect([answer.status, JSON.parse(answer.body).error.message]).toEqual([
      502,
      'Claude could not be reached: its TLS certificate is not trusted.',
    ]);
    expect(upstream.asked).toEqual([]);
  });
});
