import { type Asked, isAsked, isAsking } from './asked.ts';
import { isJsonObject, type MessagesBody } from './messages-body.ts';
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

/** An answer, or what makes one of the request. */
type Answering = ScriptedAnswer | ((request: MessagesBody) => ScriptedAnswer);

/** A step that waits for a request that asks for it; one that `stays` answers every such request. */
export interface WaitingStep {
  readonly when: Asked | ((request: MessagesBody) => boolean);
  readonly answer: Answering;
  readonly stays?: boolean;
}

/** One answer of a script. */
export type ScriptStep = Answering | WaitingStep;

/** The queue of scripted answers to `POST /v1/messages`: of those that are meant for a request, the first is taken. */
export interface Script {
  push(steps: readonly ScriptStep[]): void;
  /** Takes the first step that is meant for this request; null where none is. */
  take(request: MessagesBody): ScriptedAnswer | null;
  clear(): void;
  /** Steps that are still to be taken; those that stay do not count. */
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
      const index = steps.findIndex((step) => !isWaiting(step) || isMeant(step, request));
      const step = steps[index];
      if (step === undefined) return null;
      if (!isWaiting(step) || step.stays !== true) steps.splice(index, 1);
      const answer = isWaiting(step) ? step.answer : step;
      return typeof answer === 'function' ? answer(request) : answer;
    },
    clear() {
      steps = [];
    },
    get length() {
      return steps.filter((step) => !isWaiting(step) || step.stays !== true).length;
    },
  };
}

function isWaiting(step: ScriptStep): step is WaitingStep {
  return typeof step === 'object' && 'when' in step;
}

function isMeant({ when }: WaitingStep, request: MessagesBody): boolean {
  return typeof when === 'function' ? when(request) : isAsking(request, when);
}

/** Whether a value from outside is a list of steps. */
export function isScript(value: unknown): value is readonly ScriptStep[] {
  return Array.isArray(value) && value.every(isStep);
}

function isStep(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  if (!('when' in value)) return 'content' in value || 'error' in value || 'behave' in value;
  return (
    isAsked(value['when']) && isJsonObject(value['answer']) && !('when' in value['answer']) && isStep(value['answer'])
  );
}
