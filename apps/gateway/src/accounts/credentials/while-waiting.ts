/** Waits for `work`, or until this one caller leaves; the work goes on for the others. Rejects with the signal's reason. */
export function whileWaiting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  return Promise.race([work, left.promise]).finally(() => signal.removeEventListener('abort', leave));
}
