import type { RequestFacts } from '@nexus/core';

/** Names of models as labels: callers write them, so only those count that a model answered to. */
export interface ModelNames {
  /** The model that was asked for, `none` where none was, or `other`. */
  toLabel(facts: ModelFacts): string;
  /** The same of the model that answered. */
  toServedLabel(facts: ModelFacts): string;
}

type ModelFacts = Pick<RequestFacts, 'model' | 'modelServed'>;

/** How many models may have a label of their own. */
const MODELS_MAX = 100;
const NAME_LENGTH_MAX = 100;

export function createModelNames(): ModelNames {
  const known = new Set<string>();
  const toName = (name: string | null, isAnswered: boolean): string => {
    if (name === null) return 'none';
    if (known.has(name)) return name;
    if (!isAnswered || known.size >= MODELS_MAX || name.length > NAME_LENGTH_MAX) return 'other';
    known.add(name);
    return name;
  };
  return {
    toLabel: ({ model, modelServed }) => toName(model, modelServed !== null),
    toServedLabel: ({ modelServed }) => toName(modelServed, modelServed !== null),
  };
}
