import { parentPort, workerData } from 'node:worker_threads';
import { onDying } from '../../src/recorder/last-words.ts';
import { runWorker } from '../../src/recorder/run-worker.ts';
import type { ToWorker, WorkerSettings } from '../../src/recorder/thread-messages.ts';

/**
 * A recorder thread that dies of an exchange on the path `/crash` before it takes the batch that holds it, and of one on the
 * path `/crash-behind` at the very moment at which it has taken it.
 */
if (parentPort === null) throw new Error('runs as a worker thread only');
const settings: WorkerSettings = workerData;
function dieOf(path: string): (message: ToWorker) => void {
  return (message) => {
    if (message.type !== 'batch') return;
    if (message.records.some((text) => text?.includes(`"${path}"`))) throw new Error('the thread was told to die');
  };
}

parentPort.on('message', dieOf('/crash'));
runWorker({ port: parentPort, settings, clock: Date.now, newId: () => Bun.randomUUIDv7(), onDying });
parentPort.on('message', dieOf('/crash-behind'));
