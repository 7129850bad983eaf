import type { CallSettings } from '@nexus/anthropic';
import { type BilledTokens, type RequestFacts, toBilledTokens } from '@nexus/core';
import type { SpanValue } from '@nexus/telemetry';
import type { ServerAddress } from './server-address.ts';

export interface ChatFacts {
  readonly settings: CallSettings | undefined;
  /** Microseconds from the begin of the exchange to that of the call. */
  readonly startedUs: number;
  readonly errorType: string | null;
  readonly server: ServerAddress;
}

const NANO = 1_000_000_000;

/**
 * What a call of a model was, under the names of OpenTelemetry's GenAI conventions
 * (github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/anthropic.md). Nothing that was said is among it.
 */
export function toChatAttributes(
  facts: RequestFacts,
  { settings, startedUs, errorType, server }: ChatFacts,
): Readonly<Record<string, SpanValue | undefined>> {
  const { usage, cost } = facts;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': facts.model ?? undefined,
    'gen_ai.response.model': facts.modelServed ?? undefined,
    'gen_ai.request.stream': facts.stream ? true : undefined,
    'gen_ai.request.max_tokens': settings?.maxTokens,
    'gen_ai.request.temperature': settings?.temperature,
    'gen_ai.request.top_p': settings?.topP,
    'gen_ai.request.top_k': settings?.topK,
    'gen_ai.conversation.id': facts.sessionId ?? undefined,
    'gen_ai.response.finish_reasons': facts.stopReason === null ? undefined : [facts.stopReason],
    'gen_ai.response.time_to_first_chunk': toFirstChunkSeconds(facts, startedUs),
    ...(usage === null ? {} : toUsageAttributes(usage)),
    'nexus.usage.estimated': facts.usageEstimated ? true : undefined,
    'nexus.cost.usd': typeof cost?.nanoDollars === 'number' ? cost.nanoDollars / NANO : undefined,
    'nexus.account.id': facts.accountId ?? undefined,
    'nexus.upstream.request_id': facts.upstreamRequestId ?? undefined,
    'http.response.status_code': facts.status ?? undefined,
    'server.address': server.address,
    'server.port': server.port,
    'error.type': errorType ?? undefined,
  };
}

/** Claude counts cached input apart; the conventions want it within the input (`gen_ai.usage.input_tokens`, note). */
export function toInputTokens(usage: BilledTokens): number {
  return usage.inputTokens + usage.cacheReadTokens + toCacheWriteTokens(usage);
}

/** Seconds from the begin of the call to `atMs` of the exchange. */
export function toSeconds(atMs: number | null, startedUs: number): number | undefined {
  return atMs === null ? undefined : Math.max(0, atMs * 1_000 - startedUs) / 1_000_000;
}

/** An error in the place of a stream is no chunk of it. */
export function toFirstChunkSeconds(
  { stream, status, firstByteMs }: Pick<RequestFacts, 'stream' | 'status' | 'firstByteMs'>,
  startedUs: number,
): number | undefined {
  return stream && status === 200 ? toSeconds(firstByteMs, startedUs) : undefined;
}

function toUsageAttributes(usage: NonNullable<RequestFacts['usage']>) {
  const billed = toBilledTokens(usage);
  const cacheWriteTokens = toCacheWriteTokens(billed);
  return {
    'gen_ai.usage.input_tokens': toInputTokens(billed),
    'gen_ai.usage.output_tokens': billed.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': billed.cacheReadTokens,
    'gen_ai.usage.cache_write.input_tokens': cacheWriteTokens,
    // The name until 2026, which most that read traces know.
    'gen_ai.usage.cache_creation.input_tokens': cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.thinkingTokens > 0 ? usage.thinkingTokens : undefined,
  };
}

function toCacheWriteTokens({ cacheWrite5mTokens, cacheWrite1hTokens }: BilledTokens): number {
  return cacheWrite5mTokens + cacheWrite1hTokens;
}
