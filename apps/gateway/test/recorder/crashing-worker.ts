import { parentPort, workerData } from 'node:worker_threads';
import { onDying } from '../../src/recorder/last-words.ts';
import { runWorker } from '../../src/recorder/run-worker.ts';
import type { ToWorker, WorkerSettings } from '../../src/recorder/thread-messages.ts';

/** A recorder thread that dies of an exchange on the path `/crash`, before it takes the batch that holds it. */
if (parentPort === null) throw new Error('runs as a worker thread only');
const settings: WorkerSettings = workerData;
parentPort.on('message', (message: ToWorker) => {
  if (message.type !== 'batch') return;
  if (message.records.some((text) => text?.includes('"/crash"'))) throw new Error('the thread was told to die');
});
runWorker({ port: parentPort, settings, clock: Date.now, newId: () => Bun.randomUUIDv7(), onDying });
