import { type Answer, type Step, toErrorAnswer, toJsonAnswer } from '../answer.ts';
import type { Behaviour } from '../behaviour.ts';
import { toApiKeyLimitHeaders, toUnifiedLimitHeaders } from '../limit-headers.ts';
import type { Content } from '../message/content.ts';
import { chooseContent, createMessage, fill } from '../message/create-message.ts';
import { type Message, textBlock } from '../message/message.ts';
import { addUnknownEvents, type StreamEvent, toErrorEvent, toEvents } from '../message/to-events.ts';
import { isJsonObject, type MessagesBody, readMessagesBody } from '../messages-body.ts';
import type { Script, ScriptedAnswer } from '../script.ts';
import { parseBehaviour } from '../sentinels.ts';
import { findProblem } from '../validate-messages.ts';
import type { PlannedAnswer, Route, RouteContext } from './route.ts';

const encoder = new TextEncoder();
const fillDeltaBytes = 8192;
const bodyBytesMax = 32 * 1024 * 1024;

interface Plan {
  readonly behaviour: Behaviour;
  readonly content: Content;
}

/** `POST /v1/messages` and `/v1/messages/count_tokens`. `failures` counts the errors given to each model name. */
export function createMessagesRoute(script: Script, failures: Map<string, number>): Route {
  return (context) => {
    const { path, method } = context.request;
    const counts = path === '/v1/messages/count_tokens';
    if (method !== 'POST' || (path !== '/v1/messages' && !counts)) return null;
    const { requestId } = context;
    if (context.request.body.length > bodyBytesMax) {
      return toErrorAnswer(413, 'Request exceeds the maximum allowed number of bytes.', { requestId });
    }
    const json = context.request.json();
    if (json === undefined) return toErrorAnswer(400, 'The request body is not valid JSON.', { requestId });
    const version = context.request.header('anthropic-version') ?? '';
    const problem = findProblem(json, { version, needsMaxTokens: !counts });
    if (problem !== null || !isJsonObject(json)) return toErrorAnswer(400, problem ?? '', { requestId });
    const { request } = context;
    const header = (name: string) => request.header(name);
    const body = readMessagesBody(json, { bytes: request.body.length, received: toReceived(context), header });
    if (counts) return toJsonAnswer(200, { input_tokens: Math.ceil(body.bytes / 4) });
    return answerMessages(context, body, { script, failures });
  };
}

function answerMessages(
  context: RouteContext,
  body: MessagesBody,
  state: { script: Script; failures: Map<string, number> },
): Answer | PlannedAnswer {
  const scripted = state.script.take(body);
  if (scripted !== null && 'error' in scripted) {
    const { status, message, ...type } = scripted.error;
    const headers = scripted.headers ?? [];
    return toErrorAnswer(status, message ?? `Scripted ${status}.`, { requestId: context.requestId, headers, ...type });
  }
  const asked = parseBehaviour(scripted === null ? body.model : toBehaviourName(scripted), context.request.headers);
  const { behaviour } = asked;
  if (asked.unknown.length > 0) {
    const message = `The fake Claude knows no behaviour "${asked.unknown.join('", "')}"; see its --help.`;
    return toErrorAnswer(400, message, { requestId: context.requestId });
  }
  if (behaviour.error !== null && isStillFailing(behaviour, body.model, state.failures)) {
    return { answer: toConfiguredError(behaviour.error, context), behaviour };
  }
  const content = toScriptedContent(scripted) ?? chooseContent(behaviour, body);
  return { answer: toMessageAnswer({ behaviour, content }, body, context), behaviour };
}

function toMessageAnswer(plan: Plan, body: MessagesBody, context: RouteContext): Answer {
  const { behaviour } = plan;
  const message = createMessage(plan.content, body, context.requestId.replace('req_', 'msg_'));
  const limits = toLimitHeaders(behaviour, context.nowMs);
  if (!body.stream) {
    const bytes = encoder.encode(JSON.stringify(message));
    const send: Step = { do: 'send', bytes };
    const steps: Step[] = behaviour.silenceMs > 0 ? [{ do: 'wait', ms: behaviour.silenceMs }, send] : [send];
    const headers = [['content-type', 'application/json'] as const, ...limits];
    return { status: 200, headers, framing: { kind: 'length', bytes: bytes.length }, steps };
  }
  const type = [['content-type', 'text/event-stream; charset=utf-8'] as const, ['cache-control', 'no-cache'] as const];
  const { fillBytes } = behaviour;
  const frames = toFrames(message, plan, context.requestId);
  const steps = fillBytes === null ? toStreamSteps(frames, behaviour) : fillStream(frames, fillBytes);
  return { status: 200, headers: [...type, ...limits], framing: { kind: 'chunked' }, steps };
}

function toFrames(message: Message, plan: Plan, requestId: string): Uint8Array[] {
  const { behaviour, content } = plan;
  const interleaved = content.interleaved === true;
  let events: StreamEvent[] = toEvents(message, { pings: behaviour.pings, interleaved });
  if (behaviour.eventBytes !== null) events = withLargeEvent(events, behaviour.eventBytes);
  if (behaviour.streamError !== null) {
    const error = toErrorEvent('overloaded_error', 'Overloaded', requestId);
    const kept = { first: 0, 'after-ping': 1 + behaviour.pings, 'after-content': 3 + behaviour.pings };
    events = [...events.slice(0, kept[behaviour.streamError]), error];
  }
  if (behaviour.unknownEvents) events = addUnknownEvents(events);
  return events.map((event) => encoder.encode(toFrame(event, behaviour)));
}

function toFrame({ event, data }: StreamEvent, behaviour: Behaviour): string {
  const { newline } = behaviour;
  const comment = behaviour.unknownEvents ? `: a comment${newline}` : '';
  const name = behaviour.eventLines ? `event: ${event}${newline}` : '';
  return `${comment}${name}data: ${JSON.stringify(data)}${newline}${newline}`;
}

function withLargeEvent(events: readonly StreamEvent[], bytes: number): StreamEvent[] {
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: fill(bytes) } };
  const at = events.findIndex((event) => event.event === 'content_block_delta');
  return [...events.slice(0, at), { event: 'content_block_delta', data: delta }, ...events.slice(at)];
}

/** A stream of that many bytes out of one delta sent again and again, so that 50 MB cost the fake nothing. */
function* fillStream(frames: readonly Uint8Array[], bytes: number): Generator<Step> {
  const text = fill(fillDeltaBytes);
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
  const frame = encoder.encode(`event: content_block_delta\ndata: ${JSON.stringify(delta)}\n\n`);
  // Everything up to the first delta stands before it, block stop and message end behind it.
  const behind = frames.slice(-3);
  const before = frames.slice(0, -behind.length);
  for (const first of before) yield { do: 'send', bytes: first };
  let left = bytes - [...before, ...behind].reduce((sum, piece) => sum + piece.length, 0);
  for (; left > 0; left -= frame.length) yield { do: 'send', bytes: frame };
  for (const last of behind) yield { do: 'send', bytes: last };
}

function toStreamSteps(frames: readonly Uint8Array[], behaviour: Behaviour): Step[] {
  return frames.flatMap((bytes, index): Step[] => {
    const send: Step = { do: 'send', bytes };
    if (index === 0 && behaviour.silenceMs > 0) return [send, { do: 'wait', ms: behaviour.silenceMs }];
    return behaviour.gapMs > 0 ? [send, { do: 'wait', ms: behaviour.gapMs }] : [send];
  });
}

function toLimitHeaders(behaviour: Behaviour, nowMs: number): Answer['headers'] {
  switch (behaviour.limitHeaders) {
    case 'none':
      return [];
    case 'api-key':
      return toApiKeyLimitHeaders(nowMs);
    case 'unified':
      return toUnifiedLimitHeaders(nowMs, 'allowed');
    case 'unified-warning':
      return toUnifiedLimitHeaders(nowMs, 'allowed_warning');
    default:
      return behaviour.limitHeaders satisfies never;
  }
}

const errorMessages: Readonly<Record<number, string>> = {
  400: 'The fake Claude was asked to refuse this request.',
  401: 'invalid x-api-key',
  403: 'Your account does not have permission to use this model.',
  404: 'model: no-such-model',
  413: 'Request exceeds the maximum allowed number of bytes.',
  429: 'This request would exceed your rate limit. Please try again later.',
  500: 'Internal server error',
  529: 'Overloaded',
};

function toConfiguredError(error: NonNullable<Behaviour['error']>, context: RouteContext): Answer {
  const { requestId, nowMs } = context;
  const retryAfter = error.retryAfterS === null ? [] : [['retry-after', String(error.retryAfterS)] as const];
  if (error.limits === 'spend') {
    const message = 'You have reached your specified API usage limits (enforced_spend_limit_reached).';
    return toErrorAnswer(error.status, message, { requestId });
  }
  const limits = error.limits === 'unified' ? toUnifiedLimitHeaders(nowMs, 'rejected') : [];
  const message = errorMessages[error.status] ?? `The fake Claude was asked to answer ${error.status}.`;
  return toErrorAnswer(error.status, message, { requestId, headers: [...retryAfter, ...limits] });
}

function isStillFailing(behaviour: Behaviour, model: string, failures: Map<string, number>): boolean {
  if (behaviour.errorTimes === 0) return true;
  const soFar = failures.get(model) ?? 0;
  failures.set(model, soFar + 1);
  return soFar < behaviour.errorTimes;
}

function toBehaviourName(scripted: Exclude<ScriptedAnswer, { error: unknown }>): string {
  const names = 'behave' in scripted ? scripted.behave : (scripted.deliver ?? 'text');
  return `fake-${names}`;
}

function toScriptedContent(scripted: ScriptedAnswer | null): Content | null {
  if (scripted === null || !('content' in scripted)) return null;
  const blocks = typeof scripted.content === 'string' ? [textBlock(scripted.content)] : scripted.content;
  const callsTools = blocks.some((block) => block.type === 'tool_use');
  return {
    blocks,
    stopReason: scripted.stopReason ?? (callsTools ? 'tool_use' : 'end_turn'),
    ...(scripted.usage === undefined ? {} : { usage: scripted.usage }),
  };
}

function toReceived({ request }: RouteContext): unknown {
  return { headers: request.headers, bodySha256: request.bodySha256(), bodyBytes: request.body.length };
}
