/** Ours, the one to the server behind, its other end, and the one to Claude. */
const FILES_PER_CONNECTION = 4;
/** Kept for the database, the spool, the dashboard and what else is opened beside connections of callers. */
const FILES_KEPT = 128;

/**
 * As many connections of callers as are wanted, or as can be served with the files that this process may open. Who is let in
 * beyond that holds files while it waits for others, which nobody can have then: no connection would ever be served again.
 */
export function boundConnections(wanted: number, filesMax: number | null): number {
  if (filesMax === null) return wanted;
  return Math.min(wanted, Math.max(1, Math.floor((filesMax - FILES_KEPT) / FILES_PER_CONNECTION)));
}

/** How many files this process may open at once; null where the system has no bound or tells none. */
export function findFilesMax(): number | null {
  const report: unknown = process.report.getReport();
  return toFilesMax(report);
}

function toFilesMax(report: unknown): number | null {
  const soft = toField(toField(toField(report, 'userLimits'), 'open_files'), 'soft');
  // It says `unlimited` where there is no bound.
  return typeof soft === 'number' ? soft : null;
}

function toField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
}
