import { parentPort, workerData } from 'node:worker_threads';
import { takeLock } from '../src/lock/file-lock.ts';

/**
 * One of two threads that reach for the same lock at the same instant, round after round. Posts what it got in each:
 * 1 the lock, 0 nothing. Run by the tests of the lock.
 */
interface Race {
  readonly path: string;
  readonly rounds: number;
  /** How often a thread came to the start of a round, and to its end. */
  readonly gates: Int32Array;
}

const { path, rounds, gates }: Race = workerData;
const got = Array.from({ length: rounds }, (_, round) => {
  meet(0, round);
  const lock = takeLock(path);
  meet(1, round);
  lock?.release();
  return lock === null ? 0 : 1;
});
parentPort?.postMessage(got, []);

/** Spins, since a thread that is woken is too late for the race. */
function meet(gate: number, round: number): void {
  Atomics.add(gates, gate, 1);
  while (Atomics.load(gates, gate) < 2 * (round + 1));
}
