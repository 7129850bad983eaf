/** Anthropic's error JSON, as clients of the Messages API expect it. */
export interface ErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
  readonly request_id: string;
}

/** An error in Anthropic's shape; `type` is Anthropic's `error.type` (platform.claude.com, "Errors"). */
export function toErrorBody(problem: { type: string; message: string; requestId: string }): ErrorBody {
  return {
    type: 'error',
    error: { type: problem.type, message: problem.message },
    request_id: problem.requestId,
  };
}
