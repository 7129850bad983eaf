import { expect, test } from 'bun:test';
import { startOtlpCollector } from '@nexus/testkit';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

test('TELEMETRY_ENDPOINT gets a short report of each request, with no part of any key', async () => {
  const desk = startOtlpCollector();
  {
    await using gw = await startTestGateway({
      env: { TELEMETRY_ENDPOINT: `${desk.url}/reports?token=secret-of-desk` },
    });
    const answer = await gw.send('fake-tools-parallel', { text: 'the planted words' });
    const body: { usage: { input_tokens: number; output_tokens: number } } = JSON.parse(await answer.text());
    await (await gw.send('fake-529')).text();
    await waitFor('both reports', () => desk.posts.length === 2);
    const reports = desk.posts.map((post): Record<string, unknown> => JSON.parse(new TextDecoder().decode(post.body)));
    expect(reports[0]).toMatchObject({
      requestId: answer.headers.get('x-nexus-request-id'),
      domain: 'default',
      apiKey: null,
      model: 'fake-tools-parallel',
      inputTokens: body.usage.input_tokens,
      outputTokens: body.usage.output_tokens,
      status: 200,
      requestType: 'inference',
    });
    expect(reports[0]).not.toHaveProperty('error');
    expect(reports[0]?.['toolCallCount']).toBeGreaterThan(0);
    expect([typeof reports[0]?.['timestamp'], typeof reports[0]?.['duration']]).toEqual(['number', 'number']);
    expect(reports[1]).toMatchObject({ status: 529, error: 'overloaded_error' });
    expect(JSON.stringify(reports)).not.toContain('planted');
    expect(gw.logText()).not.toContain('secret-of-desk');
  }
  await desk.stop();
}, 30_000);

test('TELEMETRY_ENABLED=false switches the reports off', async () => {
  const desk = startOtlpCollector();
  {
    await using gw = await startTestGateway({
      env: { TELEMETRY_ENDPOINT: `${desk.url}/reports`, TELEMETRY_ENABLED: 'false' },
    });
    await (await gw.send('fake-text')).text();
  }
  // The gateway has closed, so what it had to tell is told.
  expect(desk.posts).toEqual([]);
  await desk.stop();
}, 30_000);
