import type { Exchange } from './exchange.ts';
import { toStoppedError } from './forward.ts';

/** Waits `ms` between two attempts. @throws at once where the exchange is stopped meanwhile. */
export async function pauseExchange(exchange: Exchange, ms: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(toStoppedError(exchange.stoppedBy, new Error('stopped between two attempts')));
  const timer = setTimeout(resolve, ms);
  exchange.waitingSinceMs = null;
  exchange.onStop = stop;
  if (exchange.stoppedBy !== null) stop();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    exchange.onStop = null;
  }
}
