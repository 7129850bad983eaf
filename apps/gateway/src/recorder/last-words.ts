/**
 * Calls `say` when this thread ends by itself, and lets it end; nothing that waits is waited for then. An error that nobody
 * caught ends it, and so does a promise that broke: without a handler such a one is not told to whoever watches for errors.
 * `exit` and not `uncaughtExceptionMonitor`, which some threads do not emit (Bun 1.4.5: small ones do, the recorder's does not).
 */
export function onDying(say: () => void): void {
  process.on('exit', say);
  process.on('unhandledRejection', (error) => {
    throw error;
  });
}
