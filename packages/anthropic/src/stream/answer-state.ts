import type { Usage } from '../usage/usage.ts';

/** What has been seen of an answer so far. */
export interface AnswerState {
  /** As Claude counted it so far; null before any count. */
  readonly usage: Usage | null;
  /** True once the count is the last one: a `message_delta` with usage and the stop reason, or a whole JSON body. */
  readonly usageFinal: boolean;
  /** Claude's count where it is final, else a floor told from the text seen so far. */
  readonly outputTokens: number;
  readonly outputTokensEstimated: boolean;
  /** Bytes of text, thinking and tool input seen, as they stand in the JSON. */
  readonly contentBytes: number;
  readonly stopReason: string | null;
  /** `error.type` of an `error` event or error body. */
  readonly errorType: string | null;
  readonly modelServed: string | null;
  /** A content block began: from here on no other answer can take this one's place. */
  readonly sawContent: boolean;
  /** The first piece of text, thinking or tool input came: what people call the first token. */
  readonly firstContentSeen: boolean;
  /** `message_stop` came, or the JSON body is complete. */
  readonly ended: boolean;
  /** An event or the body could not be read as JSON. */
  readonly malformed: boolean;
  /** The tool of each call in the answer, in order, the first {@link TOOL_CALLS_MAX}; server tools included. */
  readonly toolNames: readonly string[];
}

/** Nobody runs more tools at once; what an answer calls beyond is not named. */
export const TOOL_CALLS_MAX = 200;

/** Watches one answer pass by. */
export interface AnswerObserver {
  /** Takes the next decoded bytes, in pieces of any size; they are read during the call and not kept. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  state(): AnswerState;
}
