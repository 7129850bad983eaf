import { parentPort, workerData } from 'node:worker_threads';
import { openAddressTable } from './address-table.ts';
import { createRelay } from './relay.ts';
import type { CallerThreadSettings, FromCallerThread, ToCallerThread } from './thread-messages.ts';

if (parentPort === null) throw new Error('The callers’ connections are held by a worker thread only.');
const port = parentPort;
/** Given by `openCallerPort` of the same process. */
const settings: CallerThreadSettings = workerData;

function tell(message: FromCallerThread): void {
  port.postMessage(message);
}

const relay = createRelay({
  ...settings,
  addresses: openAddressTable(settings.addresses),
  monotonicMs: () => performance.now(),
  onEmpty: () => tell({ type: 'empty' }),
  refuse: (ask, why) => tell({ type: 'ask', ask, why }),
});

const LOOK_MS = 10;
/** Who was taken in just before and says nothing for so long has nothing to ask; and what came so long ago was read. */
const DOUBT_MS = 500;

/** Waits for the answers to all who were taken in to begin: the server behind would close those whose request it has not read. */
function whenAnswered(then: () => void): void {
  const untilMs = performance.now() + DOUBT_MS;
  const timer = setInterval(() => {
    if (relay.isAwaited(performance.now() < untilMs)) return;
    clearInterval(timer);
    then();
  }, LOOK_MS);
}

const SWEEP_MS_MAX = 1_000;
setInterval(() => relay.sweep(), Math.min(SWEEP_MS_MAX, settings.stallMs / 4));

try {
  const server = Bun.listen({
    hostname: settings.host.replace(/^\[|\]$/g, ''),
    port: settings.port,
    allowHalfOpen: true,
    socket: relay.handler,
  });
  port.on('message', (message: ToCallerThread) => {
    if (message.type === 'refusal') relay.answer(message.ask, message.bytes);
    if (message.type === 'stop') {
      server.stop();
      relay.stop();
      whenAnswered(() => tell({ type: 'stopped' }));
    }
    if (message.type === 'destroy') {
      server.stop();
      relay.stop();
      relay.destroy();
      tell({ type: 'destroyed' });
    }
  });
  tell({ type: 'listening', port: server.port });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  tell({ type: 'problem', code, message: error instanceof Error ? error.message : String(error) });
}
