import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

/** What is looked through, and for whom. */
export interface LeftServers {
  /** Where embedded servers live whose account cannot reach their data folder. */
  readonly folder: string;
  /** Only servers of data folders below this one are a test's. */
  readonly below: string;
}

const DEFAULT: LeftServers = { folder: '/var/lib/claude-nexus', below: tmpdir() };
const REMOVED_MAX = 200;

/**
 * Removes databases that interrupted test runs left where no test cleans up by itself. Only those of data folders that were
 * temporary, are gone, and in which no process works: what says nothing of its data folder is somebody's. Gives their names.
 */
export function removeLeftServers({ folder, below }: LeftServers = DEFAULT): readonly string[] {
  // Elsewhere nobody can tell whether a process works in a folder.
  if (process.platform !== 'linux' || !existsSync(folder)) return [];
  const temporary = realpathSync(below) + sep;
  const left = readdirSync(folder).filter((name) => isLeft(join(folder, name), temporary));
  const removed = left.slice(0, REMOVED_MAX);
  for (const name of removed) rmSync(join(folder, name), { recursive: true, force: true });
  return removed;
}

function isLeft(server: string, temporary: string): boolean {
  const note = join(server, 'home');
  if (!existsSync(note)) return false;
  const home = readFileSync(note, 'utf8');
  return home.startsWith(temporary) && !existsSync(home) && !isWorkedIn(join(server, 'data'));
}

/** Every process of a server has its data folder as working directory. */
function isWorkedIn(data: string): boolean {
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && readWorkingFolder(pid) === data);
}

function readWorkingFolder(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
