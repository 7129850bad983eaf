import { assembleMessage, maskSecretText, type MessageText, readMessageText, readSystemText } from '@nexus/anthropic';
import { splitWords } from '@nexus/core';
import { packBytes } from '../codec/codec.ts';
import { decodeBody } from '../codec/decode-body.ts';
import { toSha256 } from '../codec/hash.ts';
import { parseJson } from '../codec/parse-json.ts';
import type { MessageSearchSliceTable, MessageSearchTable } from '../schema.ts';
import { toSafeText } from '../writer/safe-text.ts';
import type { UnreadBody } from './load-slices.ts';
import { toUuid } from './to-uuid.ts';
import { toWordVector, WORDS_MAX } from './word-vector.ts';

/** Characters of a message that are kept and searched. */
export const SEARCHED_TEXT_MAX = 65_536;
const TOOLS_MAX = 50;
const TOOL_NAME_MAX = 128;

/** The request whose bodies are read. */
export interface ReadRequest {
  readonly payloadId: string;
  readonly month: string;
  readonly requestId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly domain: string;
}

/** An answer as it is stored. */
export interface StoredAnswer {
  readonly bytes: Uint8Array;
  readonly encoding: string | null;
  readonly isStream: boolean;
}

/** A text of a request, before its words are cut: that is the most of the work, and many texts are known already. */
export interface SaidText {
  readonly textHash: string;
  readonly text: MessageText;
  readonly tools: readonly string[];
  /** Among the slices of the body; 0 for an answer. */
  readonly place: number;
  readonly isAnswer: boolean;
}

export interface ReadTexts {
  readonly said: readonly SaidText[];
  readonly slices: readonly MessageSearchSliceTable[];
}

/** What the new messages of a request say, and its answer. */
export function readTexts(request: ReadRequest, body: UnreadBody, answer: StoredAnswer | null): ReadTexts {
  const { payloadId: payload_id, month } = request;
  const read = body.slices.map(({ hash, index, kind, bytes }) => ({ hash, index, text: readSlice(kind, bytes) }));
  const calls = new Map<string, string>();
  for (const bytes of body.earlier) addCalls(calls, readSlice('message', bytes));
  for (const { text } of read) addCalls(calls, text);
  const said: SaidText[] = [];
  const slices = read.map(({ hash, index, text }): MessageSearchSliceTable => {
    const one = text === null || text.text === '' ? null : toSaid(text, { calls, place: index, isAnswer: false });
    if (one !== null) said.push(one);
    return { payload_id, month, slice_hash: toUuid(hash), text_hash: one?.textHash ?? null };
  });
  const text = answer === null ? null : readAnswer(answer);
  if (text !== null && text.text !== '') said.push(toSaid(text, { calls, place: 0, isAnswer: true }));
  return { said, slices };
}

/** The row of a text. Secrets that were said are masked, so that nobody can go and gather them. */
export function toSearchRow(
  request: ReadRequest,
  { textHash, text: said, tools, place, isAnswer }: SaidText,
): MessageSearchTable {
  const shown = maskSecretText(toSafeText(said.text, SEARCHED_TEXT_MAX)).slice(0, SEARCHED_TEXT_MAX).toWellFormed();
  const packed = packBytes(Buffer.from(shown));
  const saidAtMs = request.startedAt.getTime() + (isAnswer ? Math.max(0, request.durationMs) : 0);
  return {
    payload_id: request.payloadId,
    month: request.month,
    text_hash: textHash,
    said_at: new Date(saidAtMs),
    place,
    request_id: request.requestId,
    started_at: request.startedAt,
    is_answer: isAnswer,
    domain: request.domain,
    role: said.role,
    tools,
    words: toWordVector(splitWords(shown, WORDS_MAX)),
    text_length: said.text.length,
    codec: packed.codec,
    data: packed.data,
  };
}

interface Around {
  readonly calls: ReadonlyMap<string, string>;
  readonly place: number;
  readonly isAnswer: boolean;
}

function toSaid(text: MessageText, { calls, place, isAnswer }: Around): SaidText {
  const tools = [...text.calls.values(), ...text.resultIds.flatMap((id) => calls.get(id) ?? [])];
  return {
    textHash: toUuid(toSha256(Buffer.from(`${text.role}\n${text.identity}`)).subarray(0, 16)),
    text,
    tools: [...new Set(tools)].slice(0, TOOLS_MAX).map((name) => toSafeText(name, TOOL_NAME_MAX)),
    place,
    isAnswer,
  };
}

function addCalls(calls: Map<string, string>, text: MessageText | null): void {
  for (const [id, name] of text?.calls ?? []) calls.set(id, name);
}

function readSlice(kind: 'system' | 'message', bytes: Uint8Array): MessageText | null {
  const parsed = parseJson(bytes);
  return kind === 'system' ? readSystemText(parsed) : readMessageText(parsed);
}

/** Of an answer that broke off, what came. */
function readAnswer({ bytes, encoding, isStream }: StoredAnswer): MessageText | null {
  const body = decodeBody(bytes, encoding);
  if (body === null) return null;
  return readMessageText(isStream ? assembleMessage(body) : parseJson(body));
}
