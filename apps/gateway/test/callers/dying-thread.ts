import { parentPort, workerData } from 'node:worker_threads';

/* Holds connections as the real thread does, and dies of the first byte that one says. */
const server = Bun.listen({
  hostname: workerData.host,
  port: workerData.port,
  socket: {
    open: (client) => void client.write('here'),
    data: () => process.exit(1),
  },
});
parentPort?.postMessage({ type: 'listening', port: server.port }, []);
