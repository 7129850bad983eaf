import { connect, type Socket } from 'node:net';
import { waitFor } from './wait-for.ts';

/** A host that takes no more connections and says nothing of it: whoever connects waits. Linux only. */
export interface DeafHost extends AsyncDisposable {
  readonly url: string;
}

/** More than the kernel queues for a listener of Bun's, which asks for 512. */
const QUEUED_MAX = 600;
const LOOKS = 20;

const LISTENER = `const server = require('node:net').createServer();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/** A process that listens and is stopped; once its queue is full the kernel drops what else would connect to it. */
export async function startDeafHost(): Promise<DeafHost> {
  const listener = Bun.spawn([process.execPath, '-e', LISTENER], { stdout: 'pipe' });
  const { value: line } = await listener.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(line));
  listener.kill('SIGSTOP');
  let connected = 0;
  const sockets = Array.from({ length: QUEUED_MAX }, (): Socket => {
    const socket = connect(port, '127.0.0.1', () => (connected += 1));
    return socket.on('error', () => {});
  });
  let before = 0;
  let same = 0;
  await waitFor('its queue to be full', () => {
    same = connected === before ? same + 1 : 0;
    before = connected;
    return connected > 0 && connected < QUEUED_MAX && same >= LOOKS;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      listener.kill('SIGKILL');
      await listener.exited;
    },
  };
}
