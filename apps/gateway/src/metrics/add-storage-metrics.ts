import { toMetric } from '@nexus/contract';
import { type Storage, listBudgetStandings } from '@nexus/storage';
import { checkStorage } from '@nexus/services';
import type { MetricFamily, Metrics } from '@nexus/telemetry';
import { within } from '../within.ts';

export interface StorageMetricsParts {
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A scrape must not wait for a database that does not answer. */
const LOOK_MS_MAX = 1_000;

/** Whether the database answers, who holds its connections, and how far budgets are used. */
export function addStorageMetrics(metrics: Metrics, { storage, clock }: StorageMetricsParts): void {
  metrics.gauges(toMetric('database_connections'), () => {
    const { totalCount, idleCount, waitingCount } = storage()?.pool ?? NO_POOL;
    return [
      [['busy'], totalCount - idleCount],
      [['idle'], idleCount],
      [['waiting'], waitingCount],
    ];
  });
  metrics.addSource(async () => {
    const open = storage();
    const standings = open === null ? null : await within(LOOK_MS_MAX, loadStandings(open, clock()));
    return [
      toGauge('nexus_database_up', [`nexus_database_up ${standings === null ? 0 : 1}`]),
      toGauge('nexus_budget_used_ratio', toBudgetSamples(standings ?? [])),
    ];
  });
}

const NO_POOL = { totalCount: 0, idleCount: 0, waitingCount: 0 };

type Standing = Awaited<ReturnType<typeof listBudgetStandings>>[number];

/** Null where the database does not answer. */
async function loadStandings(storage: Storage, nowMs: number): Promise<readonly Standing[] | null> {
  try {
    return (await checkStorage(storage)) ? await listBudgetStandings(storage, nowMs) : null;
  } catch {
    return null;
  }
}

/** Whose budget it is stays out of it: a user may be an e-mail address. Who is near its end is on the page of limits. */
function toBudgetSamples(standings: readonly Standing[]): readonly string[] {
  const byKind = Map.groupBy(standings, ({ subject, period }) => `subject="${subject.kind}",period="${period}"`);
  return [...byKind].map(([labels, same]) => {
    const used = same.map(({ spentNano, reservedNano, limitNano }) =>
      limitNano > 0 ? (spentNano + reservedNano) / limitNano : 1,
    );
    return `nexus_budget_used_ratio{${labels}} ${Math.max(...used)}`;
  });
}

function toGauge(name: 'nexus_database_up' | 'nexus_budget_used_ratio', samples: readonly string[]): MetricFamily {
  const { help } = toMetric(name);
  return { name, help, type: 'gauge', samples };
}
