/**
 * Calls `say` when this thread is about to die of an error, and lets it die. A promise that broke is an error like any other;
 * without a handler such a one is not told to whoever watches for errors (Bun 1.4.5).
 */
export function onDying(say: () => void): void {
  process.on('uncaughtExceptionMonitor', say);
  process.on('unhandledRejection', (error) => {
    throw error;
  });
}
