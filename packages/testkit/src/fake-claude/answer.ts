/** One thing an answer does next. */
export type Step =
  | { readonly do: 'send'; readonly bytes: Uint8Array }
  | { readonly do: 'wait'; readonly ms: number }
  /** Waits until somebody opens this gate. */
  | { readonly do: 'gate'; readonly gate: number }
  /** Ends the connection in mid answer. */
  | { readonly do: 'cut' }
  | { readonly do: 'reset' }
  /** Ends the body as HTTP wants it; nothing after it is sent. */
  | { readonly do: 'end' };

/** One answer: its head, and what happens after it. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `length` declares that many bytes whatever follows. */
  readonly framing: { readonly kind: 'chunked' } | { readonly kind: 'length'; readonly bytes: number };
  readonly steps: Iterable<Step> | AsyncIterable<Step>;
}

const encoder = new TextEncoder();

export function toJsonAnswer(status: number, value: unknown, headers: Answer['headers'] = []): Answer {
  return toBytesAnswer(status, encoder.encode(JSON.stringify(value)), [
    ['content-type', 'application/json'],
    ...headers,
  ]);
}

export function toBytesAnswer(status: number, bytes: Uint8Array, headers: Answer['headers']): Answer {
  return { status, headers, framing: { kind: 'length', bytes: bytes.length }, steps: [{ do: 'send', bytes }] };
}

/** Error types of Claude's by status. */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function toErrorType(status: number): string {
  return errorTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

/** An error as Claude answers it; `requestId` stands in the body and the head. */
export function toErrorAnswer(
  status: number,
  message: string,
  options: { requestId: string; headers?: Answer['headers']; type?: string },
): Answer {
  const error = { type: options.type ?? toErrorType(status), message };
  return toJsonAnswer(status, { type: 'error', error, request_id: options.requestId }, options.headers);
}
