import { ApiError, ApiErrorBody } from './api-error.ts';
import { OPERATIONS, type OperationArguments, type OperationName, type OperationOutput } from './operations.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { splitInput } from './operation-input.ts';

export interface ClientOptions {
  /** Where the API is, such as `http://localhost:3000`; empty for the page's own origin. */
  readonly baseUrl: string;
  /** Standard `fetch`; the page's or the runtime's. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Sent with every call, such as `{ 'x-dashboard-key': … }`; a signed-in page needs none. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The file of an operation that takes one. */
  readonly upload?: Blob;
}

export interface Client {
  /**
   * Performs one operation of the contract.
   * @throws {ApiError} with the code of the error table; an abort by `signal` flies as it came.
   */
  perform<N extends OperationName>(
    name: N,
    input: OperationArguments<N>,
    options?: CallOptions,
  ): Promise<OperationOutput<N>>;
  /** Address of an operation that answers bytes or is opened as a link. */
  url<N extends OperationName>(name: N, input: OperationArguments<N>): string;
}

/** A client of the API, typed by the same declarations as the routes it calls. */
export function createClient(options: ClientOptions): Client {
  return {
    async perform(name, input, callOptions = {}) {
      const declaration: OperationDeclaration = OPERATIONS[name];
      const request = splitInput(declaration, input);
      const answer = await send(options, `${options.baseUrl}${request.path}`, {
        method: declaration.method,
        ...toBody(options.headers, declaration, { json: request.body, upload: callOptions.upload }),
        ...(callOptions.signal ? { signal: callOptions.signal } : {}),
      });
      if (!answer.ok) throw await toApiError(answer);
      const output = await readAnswer(declaration, answer);
      if (isOutput(name, output)) return output;
      throw new ApiError({
        code: 'answer-unreadable',
        message: 'The answer is not what this client expects. Are both of the same version?',
        status: answer.status,
        requestId: answer.headers.get('x-nexus-request-id'),
      });
    },
    url: (name, input) => `${options.baseUrl}${splitInput(OPERATIONS[name], input).path}`,
  };
}

/** The headers and the body of a call: JSON, a file, or none. */
function toBody(
  headers: ClientOptions['headers'],
  { upload: accepted }: OperationDeclaration,
  { json, upload }: { readonly json: object | null; readonly upload: Blob | undefined },
): RequestInit {
  if (accepted && upload) return { headers: { ...headers, 'content-type': accepted.mediaType }, body: upload };
  if (json === null) return { headers: { ...headers } };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) };
}

async function send(options: ClientOptions, url: string, init: RequestInit): Promise<Response> {
  try {
    return await options.fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError({
      code: 'network',
      message: 'Claude Nexus does not answer. Is it running?',
      status: 0,
      requestId: null,
      cause,
    });
  }
}

async function readAnswer(declaration: OperationDeclaration, answer: Response): Promise<unknown> {
  if (declaration.output) return answer.json().catch(() => undefined);
  return {
    bytes: new Uint8Array(await answer.arrayBuffer()),
    mediaType: answer.headers.get('x-nexus-body-media-type') ?? 'application/octet-stream',
    contentEncoding: answer.headers.get('x-nexus-body-encoding'),
  };
}

/** Output schemas transform nothing, so a value that passes is the output itself. */
function isOutput<N extends OperationName>(name: N, value: unknown): value is OperationOutput<N> {
  const declaration: OperationDeclaration = OPERATIONS[name];
  return declaration.output === undefined || declaration.output.safeParse(value).success;
}

async function toApiError(answer: Response): Promise<ApiError> {
  const parsed = ApiErrorBody.safeParse(await answer.json().catch(() => undefined));
  const requestId = answer.headers.get('x-nexus-request-id');
  if (parsed.success) {
    return new ApiError({ ...parsed.data.error, status: answer.status });
  }
  const message = `The answer was status ${answer.status} without a reason.`;
  return new ApiError({ code: 'answer-unreadable', message, status: answer.status, requestId });
}
