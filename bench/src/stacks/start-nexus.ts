import { join } from 'node:path';
import { until } from '@nexus/testkit';
import { type PinnedProcess, awaitOutput, startPinned } from './processes.ts';

/** The gateway with recording on. */
export interface NexusStack extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Waits until everything handed over is in the database; gives up after `boundMs`, saturated longer than that. */
  awaitRecorded(boundMs?: number): Promise<void>;
  loadCounts(): Promise<RecorderCounts>;
  kill(): Promise<void>;
}

export interface RecorderCounts {
  readonly queuedRecords: number;
  readonly writtenRecords: number;
  readonly droppedPayloads: number;
  readonly droppedRecords: number;
  readonly spoolBytes: number;
}

export interface NexusOptions {
  readonly folder: string;
  readonly core: number | null;
  readonly upstreamUrl: string;
  readonly databaseUrl: string;
}

const KEY = 'bench-dashboard-key';
const MAIN = join(import.meta.dir, '../../../apps/gateway/src/main.ts');

export async function startNexus({ folder, core, upstreamUrl, databaseUrl }: NexusOptions): Promise<NexusStack> {
  const started = startPinned({
    name: 'nexus',
    core,
    command: [process.execPath, MAIN],
    folder,
    env: {
      PORT: '0',
      DASHBOARD_PORT: '0',
      HOST: '127.0.0.1',
      NEXUS_DATA_DIR: folder,
      CREDENTIALS_DIR: join(folder, 'credentials'),
      CLAUDE_API_BASE_URL: upstreamUrl,
      DATABASE_URL: databaseUrl,
      DASHBOARD_API_KEY: KEY,
    },
  });
  const url = await awaitOutput(started, /Proxy, API\s+(http\S+)/);
  const dashboardUrl = await awaitOutput(started, /Dashboard\s+(http\S+)/);
  return createStack(started, { url, dashboardUrl });
}

function createStack(started: PinnedProcess, { url, dashboardUrl }: { url: string; dashboardUrl: string }): NexusStack {
  const loadCounts = async (): Promise<RecorderCounts> => {
    const answer = await fetch(`${dashboardUrl}/metrics`, { headers: { 'x-dashboard-key': KEY } });
    const page = await answer.text();
    return {
      queuedRecords: readSeries(page, 'nexus_recorder_queued_records'),
      writtenRecords: readSeries(page, 'nexus_recorder_written_records_total'),
      droppedPayloads: readSeries(page, 'nexus_dropped_total{what="payload"}'),
      droppedRecords: readSeries(page, 'nexus_dropped_total{what="record"}'),
      spoolBytes: readSeries(page, 'nexus_recorder_spool_bytes'),
    };
  };
  return {
    url,
    pid: started.pid,
    loadCounts,
    async awaitRecorded(boundMs = 60_000) {
      await until(
        'all records are written',
        async () => {
          const { queuedRecords } = await loadCounts();
          if (queuedRecords === 0) return true;
          // Asking costs the measured process too.
          await Bun.sleep(500);
          return null;
        },
        boundMs,
      );
    },
    [Symbol.asyncDispose]: () => started.stop(),
    kill: () => started.stop('SIGKILL'),
  };
}

function readSeries(page: string, series: string): number {
  const line = page.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}
