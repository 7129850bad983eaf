import type { HeaderList } from '@nexus/core';
import { areTraced, type ExportSettings } from './export-settings.ts';
import { isSampled } from './is-sampled.ts';
import { findTraceParent, type TraceParent, toTraceId } from './trace-context.ts';

/** The trace that a request becomes. */
export interface SampledTrace {
  readonly traceId: string;
  /** The span of the caller; null where it told none. */
  readonly parent: TraceParent | null;
}

/** Null where traces are not sent, or this one is not among those that are taken. */
export function findSampledTrace(
  settings: Pick<ExportSettings, 'otlp'>,
  { requestId, requestHeaders }: { readonly requestId: string; readonly requestHeaders: HeaderList },
): SampledTrace | null {
  if (settings.otlp === null || !areTraced(settings)) return null;
  const parent = findTraceParent(requestHeaders);
  const traceId = parent?.traceId ?? toTraceId(requestId);
  return isSampled(settings.otlp.sampling, traceId, parent) ? { traceId, parent } : null;
}
