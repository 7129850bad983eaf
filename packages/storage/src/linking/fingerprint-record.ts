import {
  assembleMessage,
  findHeader,
  findSessionId,
  type MessagesResult,
  type NormalisedAnswer,
  normaliseAnswer,
  normaliseMessage,
  normaliseMessages,
  normaliseSlice,
  readTitle,
  type SliceResult,
  type SplitBody,
  splitBody,
} from '@nexus/anthropic';
import { type Fingerprint, type RecordedRequest, type RequestFacts, toFingerprint } from '@nexus/core';
import { decodeBody } from '../codec/decode-body.ts';
import { toSha256, toSliceHash } from '../codec/hash.ts';
import { parseJson } from '../codec/parse-json.ts';
import { toSafeText } from '../writer/safe-text.ts';

/** Reads of a recorded exchange what linking must know. Never throws: what cannot be read has no chain, and says why. */
export type FingerprintRecord = (record: RecordedRequest, known?: readonly MessageSlice[]) => Fingerprint;

/** A message as the body was cut: whoever cut and hashed it need not have it done again. */
export interface MessageSlice {
  readonly bytes: Uint8Array;
  readonly hash: Buffer;
}

const MESSAGES_MAX = 100_000;

/** What many thousand turns say takes some 40 MB; beyond it all is forgotten, which costs time and nothing else. */
const BLOCKS_KNOWN_MAX = 100_000;
const ID_MAX = 200;
/** As the column of `request` has it. */
const DOMAIN_MAX = 253;

/** Each unique slice of any message is read once, as long as it is remembered: a request costs what is new in it. */
export function createFingerprintRecord(): FingerprintRecord {
  const known = new Map<string, SliceResult>();
  let blocks = 0;

  function readSlice({ bytes, hash }: MessageSlice): SliceResult {
    const key = hash.toString('latin1');
    const before = known.get(key);
    if (before) return before;
    const result = normaliseSlice(bytes, toSha256);
    if (blocks > BLOCKS_KNOWN_MAX) {
      known.clear();
      blocks = 0;
    }
    known.set(key, result);
    blocks += 1 + (result.ok ? result.slice.blocks.length : 0);
    return result;
  }

  return (record, slices) => {
    try {
      return readRecord(record, { readSlice, slices });
    } catch {
      // Bodies are whatever a stranger sent: one that breaks the reader is kept, unlinked.
      return toUnreadFingerprint(record.facts);
    }
  };
}

/** A fingerprint that says nothing but that the request was there. */
export function toUnreadFingerprint(facts: RequestFacts): Fingerprint {
  const passed = toPassedFacts(facts);
  const messages = { ok: false, reason: 'unknown-shape', messageIndex: null } as const;
  return toFingerprint({ ...passed, sessionSource: null, sessionId: null, title: null }, noContent(messages));
}

function noContent(messages: MessagesResult | null) {
  return { messages, answer: null, digest: toSha256 };
}

interface Reading {
  readonly readSlice: (slice: MessageSlice) => SliceResult;
  readonly slices: readonly MessageSlice[] | undefined;
}

function readRecord({ facts, payload }: RecordedRequest, { readSlice, slices }: Reading): Fingerprint {
  const headers = new Map(payload.requestHeaders.map(([name, value]) => [name.toLowerCase(), value]));
  const body = payload.requestBody && decodeBody(payload.requestBody, headers.get('content-encoding') ?? null);
  const message = readAnswer({ facts, payload });
  const isNamed = findSessionId(headers.get('x-claude-code-session-id') ?? null, null) !== null;
  const source = isNamed ? 'header' : 'metadata';
  const title = facts.kind === 'auxiliary' && message !== null ? readTitleOf(body, message) : null;
  return toFingerprint(
    { ...toPassedFacts(facts), sessionSource: facts.sessionId === null ? null : source, title },
    {
      messages: slices ? normaliseMessages(slices.map(readSlice)) : readMessages(body, { facts, readSlice }),
      answer: toAnswer(message, facts),
      digest: toSha256,
    },
  );
}

/** The texts are those that are stored, so that a request that is read back is the one that was written. */
function toPassedFacts(facts: RequestFacts) {
  return {
    requestId: facts.requestId,
    domain: toSafeText(facts.domain, DOMAIN_MAX),
    startedAtMs: facts.startedAtMs,
    endedAtMs: facts.startedAtMs + Math.max(0, Math.round(facts.durationMs)),
    kind: facts.kind,
    outcome: facts.outcome,
    sessionId: facts.sessionId,
    agentId: facts.agentId,
    parentAgentId: facts.parentAgentId,
  };
}

function readMessages(
  body: Uint8Array | null,
  { facts, readSlice }: { readonly facts: RequestFacts; readonly readSlice: Reading['readSlice'] },
): MessagesResult | null {
  if (body === null) return null;
  if (facts.messageCount > MESSAGES_MAX) return { ok: false, reason: 'too-many-messages', messageIndex: null };
  const slices = toMessageSlices(splitBody(body));
  if (slices.length > 0) return normaliseMessages(slices.map(readSlice));
  const parsed = parseJson(body);
  if (parsed === undefined) return { ok: false, reason: 'not-json', messageIndex: null };
  const messages = readMember(parsed, 'messages');
  if (messages === undefined) return null;
  if (!Array.isArray(messages)) return { ok: false, reason: 'unknown-shape', messageIndex: null };
  return normaliseMessages(messages.map((message) => normaliseMessage(message, toSha256)));
}

function toMessageSlices(split: SplitBody | null): MessageSlice[] {
  const messages = split?.slices.filter(({ kind }) => kind === 'message') ?? [];
  return messages.map(({ bytes }) => ({ bytes, hash: toSliceHash(bytes) }));
}

/** The whole message that Claude answered with; null where there is none, or where its end is missing. */
function readAnswer({ facts, payload }: RecordedRequest): unknown {
  if (payload.responseBody === null || facts.payload === 'truncated') return null;
  const body = decodeBody(payload.responseBody, payload.responseEncoding);
  if (body === null) return null;
  const type = findHeader(payload.responseHeaders, 'content-type')?.toLowerCase();
  if (type?.startsWith('text/event-stream') ?? facts.stream) {
    const message = assembleMessage(body);
    return 'incomplete' in message ? null : message;
  }
  return parseJson(body) ?? null;
}

function toAnswer(message: unknown, facts: RequestFacts): NormalisedAnswer | null {
  const answer = normaliseAnswer(message, { digest: toSha256, isSummary: facts.kind === 'compaction' });
  if (answer === null) return null;
  const agentCalls = answer.agentCalls.map((call) => ({ ...call, toolUseId: toSafeText(call.toolUseId, ID_MAX) }));
  return { ...answer, agentCalls };
}

function readTitleOf(body: Uint8Array | null, message: unknown): string | null {
  if (body === null) return null;
  const title = readTitle({ requestBody: parseJson(body), message });
  return title === null ? null : toSafeText(title, ID_MAX);
}

function readMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
