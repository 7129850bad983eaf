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
    else {
      server.stop();
      relay.stop();
      if (message.type === 'destroy') relay.destroy();
      tell({ type: 'stopped' });
    }
  });
  tell({ type: 'listening', port: server.port });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  tell({ type: 'problem', code, message: error instanceof Error ? error.message : String(error) });
}
