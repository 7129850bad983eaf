import type { TraceParent } from './trace-context.ts';

export interface Sampling {
  /** As OpenTelemetry names samplers. */
  readonly sampler:
    | 'always_on'
    | 'always_off'
    | 'traceidratio'
    | 'parentbased_always_on'
    | 'parentbased_always_off'
    | 'parentbased_traceidratio';
  /** Share of traces from 0 to 1, for the samplers that take one. */
  readonly ratio: number;
}

/** Whether a request becomes a trace. Everybody who sees the same trace id and ratio comes to the same answer. */
export function isSampled({ sampler, ratio }: Sampling, traceId: string, parent: TraceParent | null): boolean {
  if (sampler.startsWith('parentbased_') && parent !== null) return parent.sampled;
  if (sampler.endsWith('always_on')) return true;
  return sampler.endsWith('traceidratio') && isInShare(traceId, ratio);
}

/** 52 of the 56 bits that W3C Trace Context level 2 wants to be random: as many as a number holds. */
const RANDOM_DIGITS = [18, 31] as const;
const RANDOM_MAX = 2 ** 52;

/** Of the random bits, the upper share is taken (OpenTelemetry, "TraceState: Probability Sampling"). */
function isInShare(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(...RANDOM_DIGITS), 16) >= (1 - ratio) * RANDOM_MAX;
}
