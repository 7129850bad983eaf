/** Something a person can read in a message. Shapes of Claude's wire that are unknown here stay as JSON. */
export type Block =
  | { readonly type: 'text'; readonly text: string; readonly citations: readonly Citation[] }
  | { readonly type: 'reminder'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string; readonly state: 'shown' | 'omitted' | 'redacted' }
  | ToolCall
  | { readonly type: 'tool-result'; readonly toolUseId: string; readonly result: ToolResult }
  | { readonly type: 'image'; readonly source: MediaSource }
  | { readonly type: 'document'; readonly title: string | null; readonly source: MediaSource }
  | { readonly type: 'link'; readonly title: string; readonly url: string | null; readonly note: string }
  | { readonly type: 'unknown'; readonly name: string; readonly json: unknown };

/** A call with its result, wherever in the conversation that stood; null while there is none. */
export interface ToolCall {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** Where it ran: at the client, at Claude's side, or at an MCP server that Claude called. */
  readonly runs: 'client' | 'claude' | 'mcp';
  readonly input: unknown;
  readonly result: ToolResult | null;
}

export interface ToolResult {
  readonly isError: boolean;
  readonly blocks: readonly Block[];
}

/** Bytes inside the body, or where else they are. */
export type MediaSource =
  | { readonly type: 'inline'; readonly mediaType: string; readonly base64: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'elsewhere'; readonly where: string };

export interface Citation {
  readonly title: string;
  readonly citedText: string;
  readonly url: string | null;
}

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  /** Place in `messages`, from 0; null for the answer. */
  readonly index: number | null;
  readonly blocks: readonly Block[];
}

export interface ToolDeclaration {
  readonly name: string;
  readonly about: string;
  readonly json: unknown;
}

/** One request and its answer as a conversation. */
export interface Transcript {
  readonly system: readonly Block[];
  readonly tools: readonly ToolDeclaration[];
  readonly turns: readonly Turn[];
  readonly answer: Turn | null;
  /** The error that Claude answered with instead. */
  readonly error: { readonly type: string; readonly message: string } | null;
  /** True where the stream was cut, so that the answer is not whole. */
  readonly incomplete: boolean;
  /** Everything else in the body: `max_tokens`, `thinking`, `metadata`… */
  readonly parameters: readonly (readonly [name: string, value: unknown])[];
}
