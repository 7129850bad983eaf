/** Lets one loop sleep until there is work. */
export interface Signal {
  /** Resolves at the next `wake`, or after `waitMsMax`. */
  wait(waitMsMax?: number): Promise<void>;
  wake(): void;
}

export function createSignal(): Signal {
  let resolveWait: (() => void) | null = null;
  return {
    wait(waitMsMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = waitMsMax === undefined ? null : setTimeout(resolve, waitMsMax);
      resolveWait = () => {
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
      return promise;
    },
    wake() {
      resolveWait?.();
      resolveWait = null;
    },
  };
}
