import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { DASHBOARD_KEY, loadPage } from './load-page.ts';
import { type OpenFamily, type OpenSample, readOpenMetrics } from './read-open-metrics.ts';

const MEDIA_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

async function loadOpenPage(url: string): Promise<ReadonlyMap<string, OpenFamily>> {
  const answer = await fetch(`${url}/metrics`, {
    headers: { 'x-dashboard-key': DASHBOARD_KEY, accept: 'application/openmetrics-text;version=1.0.0,*/*;q=0.1' },
  });
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([
    200,
    MEDIA_TYPE,
    'accept',
  ]);
  return readOpenMetrics(await answer.text());
}

/** Series of our own, without what scraping itself makes new. */
function toSeries(families: ReadonlyMap<string, { readonly samples: readonly Pick<OpenSample, 'name' | 'labels'>[] }>) {
  return [...families.values()]
    .flatMap(({ samples }) => samples)
    .filter(({ name }) => !/^(process|nodejs|http|system)_/.test(name))
    .map(({ name, labels }) => JSON.stringify([name, labels]))
    .toSorted((one, other) => (one < other ? -1 : 1));
}

test('whoever asks for OpenMetrics gets it on both ports, with the same series as in the text format', async () => {
  await using gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY, METRICS_PORT: '0' } });
  await (await gw.send('fake-text', { stream: true })).text();
  await (await gw.send('fake-tools-parallel')).text();
  await (await gw.send('fake-529')).text();
  const text = toSeries(await loadPage(gw));
  expect(toSeries(await loadOpenPage(gw.url))).toEqual(text);
  expect(toSeries(await loadOpenPage(gw.metricsUrl))).toEqual(text);
}, 30_000);

test('a bucket leads to a request, and to its trace where it is one', async () => {
  await using gw = await startTestGateway({
    env: { DASHBOARD_API_KEY: DASHBOARD_KEY, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  });
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  const answer = await gw.send('fake-text', { stream: true, headers });
  await answer.text();
  const requestId = answer.headers.get('x-nexus-request-id') ?? '';
  const page = await loadOpenPage(gw.url);
  const exemplars = ['nexus_ttft_seconds', 'http_request_duration_seconds', 'nexus_exchange_seconds'].map((name) =>
    page.get(name)?.samples.flatMap(({ exemplar }) => (exemplar === null ? [] : [exemplar.labels])),
  );
  for (const found of exemplars) expect(found).toEqual([{ request_id: requestId, trace_id: TRACE }]);
}, 30_000);

test('a request that is no trace has none in its exemplar', async () => {
  await using gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY } });
  const answer = await gw.send('fake-text');
  await answer.text();
  const page = await loadOpenPage(gw.url);
  const found = page
    .get('nexus_exchange_seconds')
    ?.samples.flatMap(({ exemplar }) => (exemplar === null ? [] : [exemplar.labels]));
  expect(found).toEqual([{ request_id: answer.headers.get('x-nexus-request-id') ?? '' }]);
}, 30_000);
