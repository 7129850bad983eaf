import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { startTestGateway } from '../support/start-test-gateway.ts';

test('no planted secret is found in the log, in the metrics, or in a refusal', async () => {
  await using gw = await startTestGateway({
    env: { ANTHROPIC_API_KEY: planted('env'), API_KEY_SALT: planted('salt'), DASHBOARD_API_KEY: planted('dash') },
    prepare: async (dir) => {
      const file = { type: 'api_key', api_key: planted('file'), client_api_key: planted('client') };
      await Bun.write(join(dir, 'team.example.com.credentials.json'), JSON.stringify(file));
      await Bun.write(join(dir, 'broken.example.com.credentials.json'), `{"api_key": "${planted('broken')}"`);
    },
  });
  const answers: string[] = [];
  for (const headers of [
    { 'x-api-key': planted('header') },
    { authorization: `Bearer ${planted('bearer')}` },
    { 'proxy-authorization': `Basic ${planted('proxy')}`, cookie: `session=${planted('cookie')}` },
    { host: 'team.example.com', 'x-api-key': planted('client') },
    { host: 'team.example.com', 'x-api-key': planted('wrong') },
    { host: 'broken.example.com', 'x-api-key': 'nx_live_planted-own-key-0123456789abcdef' },
    { 'x-claude-code-session-id': planted('session'), 'x-claude-code-agent-id': planted('agent') },
    { 'x-claude-code-parent-agent-id': planted('parent') },
    { origin: `https://${planted('origin')}.example` },
  ]) {
    for (const model of ['fake-text', 'fake-529', 'fake-close']) {
      answers.push(await (await gw.send(model, { headers })).text());
    }
    // Claude says the model back, and its answers pass unchanged: here only what we write ourselves counts.
    await (await gw.send(planted('model'), { headers })).text();
  }
  const metrics = await fetch(`${gw.url}/metrics`, { headers: { 'x-dashboard-key': planted('dash') } });
  expect(metrics.status).toBe(200);
  const everything = [gw.logText(), await metrics.text(), ...answers].join('\n');
  expect(everything).toContain('nexus_exchanges_total');
  expect(everything.match(/.{0,40}planted.{0,40}/g) ?? []).toEqual([]);
});

function planted(name: string): string {
  return `sk-ant-api03-planted-${name}-0123456789abcdefghij`;
}
