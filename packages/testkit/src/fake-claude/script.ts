import type { MessagesBody } from './messages-body.ts';
import type { ContentBlock } from './message/message.ts';

/** What a scripted step answers with: blocks, an error, or the name of a behaviour; `deliver` shapes the delivery. */
export type ScriptedAnswer =
  | {
      readonly content: readonly ContentBlock[] | string;
      readonly stopReason?: string;
      readonly usage?: Readonly<Record<string, unknown>>;
      /** Names of the sentinel table, joined with `+`: `crlf+chunk-1`. */
      readonly deliver?: string;
    }
  | {
      readonly error: { readonly status: number; readonly type?: string; readonly message?: string };
      readonly headers?: readonly (readonly [string, string])[];
    }
  /** A behaviour by name, as in a model: `529`, `thinking+cut-120`. */
  | { readonly behave: string };

/** One answer of a script; `when` leaves the step waiting for a request that fits. */
export type ScriptStep =
  | ScriptedAnswer
  | ((request: MessagesBody) => ScriptedAnswer)
  | {
      readonly when: (request: MessagesBody) => boolean;
      readonly answer: ScriptedAnswer | ((request: MessagesBody) => ScriptedAnswer);
    };

/** The queue of scripted answers to `POST /v1/messages`, taken in order. */
export interface Script {
  push(steps: readonly ScriptStep[]): void;
  /** Takes the first step that is meant for this request; null where none is. */
  take(request: MessagesBody): ScriptedAnswer | null;
  clear(): void;
  readonly length: number;
}

const stepsMax = 10_000;

export function createScript(): Script {
  let steps: ScriptStep[] = [];
  return {
    push(more) {
      if (steps.length + more.length > stepsMax) throw new RangeError(`a script holds at most ${stepsMax} steps`);
      steps.push(...more);
    },
    take(request) {
      const index = steps.findIndex((step) => !isConditional(step) || step.when(request));
      const step = steps[index];
      if (step === undefined) return null;
      steps.splice(index, 1);
      const answer = isConditional(step) ? step.answer : step;
      return typeof answer === 'function' ? answer(request) : answer;
    },
    clear() {
      steps = [];
    },
    get length() {
      return steps.length;
    },
  };
}

function isConditional(step: ScriptStep): step is Extract<ScriptStep, { when: unknown }> {
  return typeof step === 'object' && 'when' in step;
}
