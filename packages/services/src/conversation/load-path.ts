import { GatewayError } from '@nexus/contract';
import { findRequest, listPathMessages, type PathSegment, type Storage } from '@nexus/storage';
import { loadResponseBodyView } from '../request/load-body-views.ts';
import { requireConversation } from './require-conversation.ts';

/** One message of a path that is not parsed yet. */
export interface PathEntry {
  /** The request that added it: that sent it, or whose answer it is. */
  readonly requestId: string;
  /** Counts up where the path goes on from a summary. */
  readonly segment: number;
  /** Its JSON as it came, or the answer that stands behind the last request. */
  readonly message: { readonly json: Uint8Array } | { readonly content: unknown };
}

export interface Path {
  readonly entries: readonly PathEntry[];
  /** The last requests of segments whose bodies were not kept: what they carried is missing. */
  readonly unreadRequestIds: readonly string[];
}

/** A message with what it says. */
export interface ReadMessage {
  readonly role: string;
  readonly content: unknown;
}

/**
 * What was said from the beginning to the end of a branch.
 * @throws {GatewayError} `conversation-unknown` or `branch-unknown`.
 */
export async function loadPath(
  storage: Storage,
  { conversationId, branch }: { readonly conversationId: string; readonly branch: string },
): Promise<Path> {
  const segments = await listPathMessages(storage, { conversationId, branch });
  if (segments === null) {
    await requireConversation(storage, conversationId);
    throw new GatewayError('branch-unknown', { detail: { conversationId, branch } });
  }
  const parts = await Promise.all(segments.map((segment, at) => loadSegment(storage, segment, at)));
  return {
    entries: parts.flat(),
    unreadRequestIds: segments.flatMap((segment) => (segment.isMissing ? [segment.lastRequestId] : [])),
  };
}

/** What an entry says. A message that is no JSON object is shown as the text it is. */
export function readMessage({ message }: PathEntry): ReadMessage {
  if (!('json' in message)) return { role: 'assistant', content: message.content };
  const text = new TextDecoder().decode(message.json);
  const parsed = parseObject(text);
  if (parsed === null) return { role: 'unknown', content: text };
  const { role, content } = parsed;
  return { role: typeof role === 'string' ? role : 'unknown', content: content ?? null };
}

async function loadSegment(storage: Storage, segment: PathSegment, at: number): Promise<PathEntry[]> {
  const sent = segment.messages.map(({ addedBy, answerTo, json }): PathEntry => ({
    requestId: answerTo ?? addedBy,
    segment: at,
    message: { json },
  }));
  const content = await loadAnswer(storage, segment.lastRequestId);
  if (content === undefined) return sent;
  return [...sent, { requestId: segment.lastRequestId, segment: at, message: { content } }];
}

/** The content of the answer to the last request of a segment, which no later request carries; undefined without one. */
async function loadAnswer(storage: Storage, requestId: string): Promise<unknown> {
  const found = await findRequest(storage, requestId);
  const view = found === null ? null : await loadResponseBodyView(storage, found);
  const message = toObject(view?.json);
  return Array.isArray(message['content']) && message['content'].length > 0 ? message['content'] : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? toObject(value) : null;
  } catch {
    return null;
  }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
