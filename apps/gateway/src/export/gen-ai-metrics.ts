import { type RequestFacts, toBilledTokens } from '@nexus/core';
import type { Otlp, OtlpHistogram } from '@nexus/telemetry';
import type { ModelNames } from '../recorder/model-names.ts';
import { toFirstChunkSeconds, toInputTokens, toSeconds } from './gen-ai-attributes.ts';
import type { ServerAddress } from './server-address.ts';
import { toErrorType } from './to-error-type.ts';
import type { ModelCall } from './to-model-call.ts';

/** Counts calls of models under the names of OpenTelemetry's GenAI conventions. */
export interface GenAiMetrics {
  count(facts: RequestFacts, call: ModelCall, server: ServerAddress): void;
}

export interface GenAiMetricsParts {
  readonly otlp: Pick<Otlp, 'histogram'>;
  readonly models: ModelNames;
}

/** Bounds as the conventions say (docs/gen-ai/gen-ai-metrics.md). */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const DURATION_BOUNDS = Array.from({ length: 14 }, (_, power) => 2 ** power / 100);
const FIRST_TOKEN_BOUNDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

export function createGenAiMetrics({ otlp, models }: GenAiMetricsParts): GenAiMetrics {
  const tokens = otlp.histogram({
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    about: 'Number of input and output tokens used.',
    bounds: TOKEN_BOUNDS,
  });
  const durations = toSecondsHistogram(otlp, 'gen_ai.client.operation.duration', DURATION_BOUNDS);
  const firstChunks = toSecondsHistogram(otlp, 'gen_ai.client.operation.time_to_first_chunk', FIRST_TOKEN_BOUNDS);
  const firstTokens = toSecondsHistogram(otlp, 'gen_ai.server.time_to_first_token', FIRST_TOKEN_BOUNDS);
  return {
    count: (facts, { startedUs, endedUs }, server) => {
      const about = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': models.toLabel(facts),
        ...(facts.modelServed === null ? {} : { 'gen_ai.response.model': models.toServedLabel(facts) }),
        'server.address': server.address,
        'server.port': server.port,
      };
      const errorType = toErrorType(facts);
      durations?.record((endedUs - startedUs) / 1_000_000, {
        ...about,
        ...(errorType === null ? {} : { 'error.type': errorType }),
      });
      recordSeconds(firstTokens, toSeconds(facts.firstTokenMs, startedUs), about);
      recordSeconds(firstChunks, toFirstChunkSeconds(facts, startedUs), about);
      if (facts.usage === null) return;
      // Where tokens that were used and tokens that are billed differ, the conventions want those that are billed.
      const billed = toBilledTokens(facts.usage);
      tokens?.record(toInputTokens(billed), { ...about, 'gen_ai.token.type': 'input' });
      tokens?.record(billed.outputTokens, { ...about, 'gen_ai.token.type': 'output' });
    },
  };
}

function toSecondsHistogram(otlp: Pick<Otlp, 'histogram'>, name: string, bounds: readonly number[]) {
  return otlp.histogram({ name, unit: 's', about: ABOUT[name] ?? name, bounds });
}

const ABOUT: Readonly<Record<string, string>> = {
  'gen_ai.client.operation.duration': 'GenAI operation duration.',
  'gen_ai.client.operation.time_to_first_chunk': 'Time to receive the first chunk of a streamed answer.',
  'gen_ai.server.time_to_first_token': 'Time to generate the first token of a successful answer.',
};

function recordSeconds(
  histogram: OtlpHistogram | null,
  seconds: number | undefined,
  about: Readonly<Record<string, string | number>>,
): void {
  if (seconds !== undefined) histogram?.record(seconds, about);
}
