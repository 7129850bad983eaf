import { findHeader } from '@nexus/anthropic';
import type { Attempt, HeaderList, RecordedRequest, RequestFacts } from '@nexus/core';
import type { SpanDraft, SpanValue } from '@nexus/telemetry';
import { toChatAttributes } from './gen-ai-attributes.ts';
import { toContentAttributes } from './gen-ai-content.ts';
import type { ServerAddress } from './server-address.ts';
import { toErrorType } from './to-error-type.ts';
import { type ModelCall, toModelCall } from './to-model-call.ts';
import { toKnownMethod, toRoute } from './to-route.ts';
import { type TraceParent, toChildSpanId, toSpanId, toTraceId } from './trace-context.ts';

export interface SpanParts {
  /** The span of the caller; null where it told none. */
  readonly parent: TraceParent | null;
  /** Where the model was asked. */
  readonly server: ServerAddress;
  /** Bytes of what was said that its trace may hold; null where it holds none. */
  readonly contentBytesMax: number | null;
}

/**
 * An exchange as a trace: one span for all of it, below it one for each phase, and one for the call of the model
 * (GenAI conventions), below which are the accounts that were asked where it was more than one.
 */
export function toExchangeSpans(recorded: RecordedRequest, parts: SpanParts): SpanDraft[] {
  const { parent } = parts;
  const { facts, payload } = recorded;
  const rootId = toSpanId(facts.requestId);
  const startUs = facts.startedAtMs * 1_000;
  const errorType = toErrorType(facts);
  // What an exchange lasted is told in whole milliseconds, its phases are finer: none may end after it.
  const lastUs = Math.max(facts.durationMs * 1_000, ...Object.values(payload.phases).map(({ endUs }) => endUs));
  const root: SpanDraft = {
    traceId: parent?.traceId ?? toTraceId(facts.requestId),
    spanId: rootId,
    parentSpanId: parent?.spanId ?? null,
    parentIsRemote: parent !== null,
    name: `${toKnownMethod(facts.method)} ${toRoute(facts.path)}`,
    kind: 'server',
    startUs,
    endUs: startUs + lastUs,
    attributes: { ...toHttpAttributes(recorded, errorType), ...toNexusAttributes(facts) },
    failure: isOurFailure(facts) ? errorType : null,
  };
  const spans = [root];
  const add = (below: SpanDraft, child: Child): SpanDraft => {
    const span = toChild(below, child, toChildSpanId(rootId, spans.length - 1));
    spans.push(span);
    return span;
  };
  const phases = Object.entries(payload.phases);
  for (const [name, { startUs: from, endUs: to }] of phases) {
    add(root, { name, kind: 'internal', startUs: startUs + from, endUs: startUs + to, attributes: {}, failure: null });
  }
  const call = toModelCall(recorded);
  if (call === null) return spans;
  const below = add(root, toChat(recorded, call, parts));
  for (const attempt of payload.attempts ?? []) add(below, toAttempt(attempt, startUs));
  return spans;
}

type Child = Pick<SpanDraft, 'name' | 'kind' | 'startUs' | 'endUs' | 'attributes' | 'failure'>;

function toChild(below: SpanDraft, child: Child, spanId: string): SpanDraft {
  const endUs = Math.max(child.startUs, child.endUs);
  return { traceId: below.traceId, spanId, parentSpanId: below.spanId, parentIsRemote: false, ...child, endUs };
}

/** The call of the model. */
function toChat(
  { facts, payload, settings }: RecordedRequest,
  call: ModelCall,
  { server, contentBytesMax }: SpanParts,
): Child {
  const errorType = toErrorType(facts);
  const startUs = facts.startedAtMs * 1_000;
  return {
    name: facts.model === null ? 'chat' : `chat ${facts.model}`,
    kind: 'client',
    startUs: startUs + call.startedUs,
    endUs: startUs + call.endedUs,
    attributes: {
      ...toChatAttributes(facts, { settings, startedUs: call.startedUs, errorType, server }),
      ...(contentBytesMax === null
        ? {}
        : toContentAttributes({ payload, stream: facts.stream, bytesMax: contentBytesMax })),
    },
    failure: errorType,
  };
}

function toAttempt({ accountId, status, because, startMs, durationMs }: Attempt, exchangeUs: number): Child {
  const startUs = exchangeUs + startMs * 1_000;
  return {
    name: 'attempt',
    kind: 'client',
    startUs,
    endUs: startUs + durationMs * 1_000,
    attributes: {
      'nexus.account.id': accountId,
      'nexus.attempt.because': because,
      'http.response.status_code': status ?? undefined,
    },
    failure: status !== null && status < 400 ? null : because,
  };
}

type Attributes = Readonly<Record<string, SpanValue | undefined>>;

/** Names of OpenTelemetry's HTTP conventions. The query is left out: it may hold what nobody should see. */
function toHttpAttributes({ facts, payload }: RecordedRequest, errorType: string | null): Attributes {
  return {
    'http.request.method': toKnownMethod(facts.method),
    'http.route': toRoute(facts.path),
    'url.scheme': toScheme(payload.requestHeaders),
    'url.path': facts.path,
    'http.response.status_code': facts.status ?? undefined,
    'http.request.body.size': facts.requestBytes,
    'http.response.body.size': facts.responseBytes,
    'user_agent.original': facts.userAgent ?? undefined,
    'error.type': errorType ?? undefined,
  };
}

/** Callers speak plain HTTP to this program, unless what stands before it says that they did not. */
function toScheme(headers: HeaderList): string {
  return findHeader(headers, 'x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : 'http';
}

function toNexusAttributes(facts: RequestFacts): Attributes {
  return {
    'nexus.request.id': facts.requestId,
    'nexus.request.kind': facts.kind,
    'nexus.domain': facts.domain,
    'nexus.outcome': facts.outcome,
    'nexus.key.id': facts.keyId ?? undefined,
    'nexus.account.id': facts.accountId ?? undefined,
    'nexus.agent.id': facts.agentId ?? undefined,
    'session.id': facts.sessionId ?? undefined,
  };
}

/** What a server span calls an error: its own failure, and not a fault of the caller (OpenTelemetry, "HTTP spans"). */
function isOurFailure({ outcome, status }: RequestFacts): boolean {
  return outcome !== 'completed' && outcome !== 'aborted' && (status === null || status >= 500 || status < 400);
}
