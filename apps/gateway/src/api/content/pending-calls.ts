import { GatewayError } from '@nexus/contract';
import type { ContentOutput, FromContentThread } from './content-messages.ts';

type Settled = Exclude<FromContentThread, { type: 'log' }>;

interface Waiting {
  readonly resolve: (output: ContentOutput) => void;
  readonly reject: (error: GatewayError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Calls that another thread has not answered yet. */
export interface PendingCalls {
  /** A call that is not answered within `callMsMax` is rejected as `storage-unavailable`. */
  open(callMsMax: number): { readonly call: number; readonly output: Promise<ContentOutput> };
  settle(answer: Settled): void;
  rejectAll(error: GatewayError): void;
  count(): number;
}

/** Nothing waits yet. */
export function createPendingCalls(): PendingCalls {
  const waiting = new Map<number, Waiting>();
  let calls = 0;

  function take(call: number): Waiting | null {
    const found = waiting.get(call) ?? null;
    if (found !== null) clearTimeout(found.timer);
    waiting.delete(call);
    return found;
  }

  return {
    open(callMsMax) {
      calls += 1;
      const call = calls;
      const { promise, resolve, reject } = Promise.withResolvers<ContentOutput>();
      const timer = setTimeout(() => take(call)?.reject(new GatewayError('storage-unavailable')), callMsMax);
      waiting.set(call, { resolve, reject, timer });
      // It may be rejected before its caller comes to wait for it; that must not end the process.
      promise.catch(() => {});
      return { call, output: promise };
    },
    settle(answer) {
      const found = take(answer.call);
      if (answer.type === 'done') found?.resolve(answer.output);
      else found?.reject(toError(answer));
    },
    rejectAll(error) {
      for (const call of waiting.keys()) take(call)?.reject(error);
    },
    count: () => waiting.size,
  };
}

function toError({ code, publicMessage, fields, problem }: Extract<Settled, { type: 'failed' }>): GatewayError {
  return new GatewayError(code, { publicMessage, fields, cause: new Error(problem) });
}
