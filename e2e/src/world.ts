import {
  createTestDatabase,
  type FakeClaude,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  until,
} from '@nexus/testkit';

/** A row of `GET /api/requests`, as much of it as these tests look at. */
export interface RecordedRow {
  readonly requestId: string;
  readonly upstreamRequestId: string | null;
  readonly path: string;
  readonly kind: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly status: number | null;
  readonly outcome: string;
  readonly stopReason: string | null;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  readonly conversationId: string | null;
  readonly userId: string | null;
  readonly project: string | null;
  readonly toolNames: readonly string[];
  readonly userAgent: string | null;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
}

/** A client's world: the fake Claude, the gateway before it, and what the gateway recorded. */
export interface World {
  readonly fake: FakeClaude;
  /** Null where the clients are pointed straight at the fake, to prove the clients themselves. */
  readonly gateway: GatewayProcess | null;
  /** What a client puts into `ANTHROPIC_BASE_URL`. */
  readonly baseUrl: string;
  /**
   * Waits until every request that the fake got since its last reset is listed by the API, and gives those rows in the
   * order in which the fake got them. Empty where there is no gateway.
   */
  recorded(): Promise<readonly RecordedRow[]>;
  close(): Promise<void>;
}

const recordedMsMax = 10_000;

/** `NEXUS_E2E_DIRECT=1` leaves the gateway out. */
export async function createWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const fake = await startFakeClaude();
  if (process.env['NEXUS_E2E_DIRECT'] === '1') {
    return { fake, gateway: null, baseUrl: fake.url, recorded: () => Promise.resolve([]), close: () => fake.stop() };
  }
  const database = await createTestDatabase();
  const gateway = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl: database.url, settings });
  return {
    fake,
    gateway,
    baseUrl: gateway.proxyUrl,
    recorded: () => awaitRecorded(gateway, fake),
    async close() {
      await gateway.remove();
      await fake.stop();
      await database.drop();
    },
  };
}

async function awaitRecorded(gateway: GatewayProcess, fake: FakeClaude): Promise<readonly RecordedRow[]> {
  const wanted = fake.requests.map((request) => request.requestId);
  const find = async () => {
    const rows = readRows(await gateway.ask('/api/requests?limit=500'));
    const found = wanted.flatMap((id) => rows.filter((row) => row.upstreamRequestId === id));
    return found.length === wanted.length ? found : null;
  };
  return until(`all ${wanted.length} requests are listed by /api/requests`, find, recordedMsMax);
}

/** The rows of an answer of `GET /api/requests`. The API's own tests check their shape; here it is taken as declared. */
export function readRows(answer: unknown): readonly RecordedRow[] {
  if (typeof answer !== 'object' || answer === null || !('requests' in answer) || !Array.isArray(answer.requests)) {
    throw new Error('GET /api/requests gave no list');
  }
  return answer.requests;
}
