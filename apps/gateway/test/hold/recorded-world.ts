import { OPERATIONS, type RequestSummary } from '@nexus/contract';
import {
  createTestDatabase,
  type FakeClaude,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  until,
} from '@nexus/testkit';

/** A gateway process that records into a database of its own, in front of a fake Claude. */
export interface RecordedWorld {
  readonly gateway: GatewayProcess;
  readonly fake: FakeClaude;
  /** A figure of `/metrics`; null where it is not there. */
  metric(name: string): Promise<number | null>;
  /** All recorded requests. */
  rows(): Promise<readonly RequestSummary[]>;
  /** Recorded requests by their query string, once `isComplete` says so. */
  recordedByQuery(
    isComplete: (rows: ReadonlyMap<string, RequestSummary>) => boolean,
  ): Promise<ReadonlyMap<string, RequestSummary>>;
  close(): Promise<void>;
}

/** Thousands of requests are listed page by page, on a machine that may be busy with other tests. */
const recordedMsMax = 45_000;
const pagesMax = 100;

export async function createRecordedWorld(
  settings: Readonly<Record<string, string>> = {},
  requestsKeptMax = 10_000,
): Promise<RecordedWorld> {
  const fake = await startFakeClaude({ requestsKeptMax });
  const database = await createTestDatabase();
  const gateway = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl: database.url, settings });
  const rows = () => listRows(gateway);
  return {
    gateway,
    fake,
    rows,
    metric: async (name) => {
      const answer = await fetch(`${gateway.dashboardUrl}/metrics`, {
        headers: { 'x-dashboard-key': gateway.dashboardKey },
      });
      const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(await answer.text())?.[1];
      return value === undefined ? null : Number(value);
    },
    recordedByQuery: (isComplete) =>
      until(
        'every request is listed',
        async () => {
          const byQuery = new Map((await rows()).map((row) => [row.query, row]));
          return isComplete(byQuery) ? byQuery : null;
        },
        recordedMsMax,
      ),
    async close() {
      await gateway.remove();
      await fake.stop();
      await database.drop();
    },
  };
}

async function listRows(gateway: GatewayProcess): Promise<readonly RequestSummary[]> {
  const rows: RequestSummary[] = [];
  let cursor = '';
  for (let page = 0; page < pagesMax; page++) {
    const answer = Page.parse(await gateway.ask(`/api/requests?limit=500${cursor}`));
    rows.push(...answer.requests);
    if (answer.nextCursor === null) return rows;
    cursor = `&cursor=${encodeURIComponent(answer.nextCursor)}`;
  }
  throw new Error(`more than ${pagesMax} pages`);
}

const Page = OPERATIONS['request.list'].output;
