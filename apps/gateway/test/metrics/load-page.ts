import type { TestGateway } from '../support/start-test-gateway.ts';
import { type ReadFamily, readPage } from './read-page.ts';

export const DASHBOARD_KEY = 'a-dashboard-key-for-metrics';

/** The page of metrics, read strictly. The gateway's DASHBOARD_API_KEY is the one above. */
export async function loadPage(gw: TestGateway): Promise<ReadonlyMap<string, ReadFamily>> {
  const answer = await fetch(`${gw.url}/metrics`, { headers: { 'x-dashboard-key': DASHBOARD_KEY } });
  if (answer.headers.get('content-type') !== 'text/plain; version=0.0.4; charset=utf-8') {
    throw new Error(`no page of metrics: ${answer.status} ${await answer.text()}`);
  }
  return readPage(await answer.text());
}
