import { parentPort, workerData } from 'node:worker_threads';
import { onDying } from './last-words.ts';
import { runWorker } from './run-worker.ts';
import { stepBack } from './step-back.ts';
import type { WorkerSettings } from './thread-messages.ts';

if (parentPort === null) throw new Error('The recorder runs as a worker thread only.');

stepBack();
/** Given by the link of the same process. */
const settings: WorkerSettings = workerData;
runWorker({ port: parentPort, settings, clock: Date.now, newId: () => Bun.randomUUIDv7(), onDying });
