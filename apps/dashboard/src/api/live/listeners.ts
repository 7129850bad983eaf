/** Those who want to be told of something. */
export interface Listeners<T> {
  /** Gives the way to stop listening. */
  readonly add: (listener: (told: T) => void) => () => void;
  readonly tell: (told: T) => void;
}

export function createListeners<T>(): Listeners<T> {
  const all = new Set<(told: T) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell(told) {
      for (const listener of all) listener(told);
    },
  };
}
