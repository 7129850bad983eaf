import type { HeaderList } from '../headers/header-list.ts';
import { isObject } from '../json/is-object.ts';
import type { RequestKind } from '../request-kind.ts';
import { findProject } from './find-project.ts';
import { findSessionId, readId } from './find-session-id.ts';
import { findUserId } from './find-user-id.ts';
import { toPlainText } from './to-plain-text.ts';
import { toRequestKind } from './to-request-kind.ts';
import { lastUserText } from './user-texts.ts';

/** What lists show of a request beside its measurements. */
export interface RequestDescription {
  readonly kind: RequestKind;
  readonly messageCount: number;
  /** First 200 characters of the last text the user wrote, on one line. */
  readonly preview: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  readonly parentAgentId: string | null;
  readonly userId: string | null;
  readonly project: string | null;
}

const PREVIEW_LENGTH_MAX = 200;
const MODEL_LENGTH_MAX = 200;

/**
 * Tells what a request is from its parsed body (null or anything else where it has none), its headers (names in lower
 * case) and its path without the query. All texts are fit to be stored and shown.
 */
export function describeRequest(request: {
  readonly body: unknown;
  readonly headers: HeaderList;
  readonly path: string;
  /** What the operator noted with the key of the caller: whom and what it is for. */
  readonly key?: { readonly owner: string | null; readonly project: string | null };
}): RequestDescription {
  const headers = new Map(request.headers);
  const header = (name: string): string | null => headers.get(name) ?? null;
  const body = isObject(request.body) ? request.body : {};
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  const userText = lastUserText(messages);
  const metadataUserId = readUserId(body['metadata']);
  return {
    kind: toRequestKind({ path: request.path, body: request.body, userText, header }),
    messageCount: messages.length,
    preview: toPlainText(userText, PREVIEW_LENGTH_MAX),
    model: typeof body['model'] === 'string' ? toPlainText(body['model'], MODEL_LENGTH_MAX) : null,
    stream: body['stream'] === true,
    sessionId: findSessionId(header('x-claude-code-session-id'), metadataUserId),
    agentId: readId(header('x-claude-code-agent-id')),
    parentAgentId: readId(header('x-claude-code-parent-agent-id')),
    userId: findUserId({ header: header('x-nexus-user'), metadataUserId, keyOwner: request.key?.owner ?? null }),
    project: findProject([header('x-nexus-project'), request.key?.project ?? null], body),
  };
}

function readUserId(metadata: unknown): string | null {
  const userId = isObject(metadata) ? metadata['user_id'] : null;
  return typeof userId === 'string' ? userId : null;
}
