import { isObject } from '../json/is-object.ts';

/** How a model was asked to answer, as far as a request says so. */
export interface CallSettings {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
}

/** From the parsed body of a request for messages; null where it says nothing of it. */
export function readCallSettings(body: unknown): CallSettings | null {
  if (!isObject(body)) return null;
  const settings = {
    ...readNumber('maxTokens', body['max_tokens']),
    ...readNumber('temperature', body['temperature']),
    ...readNumber('topP', body['top_p']),
    ...readNumber('topK', body['top_k']),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}

function readNumber(name: keyof CallSettings, value: unknown): CallSettings {
  return typeof value === 'number' && Number.isFinite(value) ? { [name]: value } : {};
}
