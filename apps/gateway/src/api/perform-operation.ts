import { GatewayError, OPERATIONS, type OperationDeclaration, type OperationName, type RawBody } from '@nexus/contract';
import { type Actor, perform } from '@nexus/services';
import type { ApiOptions } from './api.ts';
import { readInput } from './read-input.ts';

export interface OperationCall {
  readonly request: Request;
  readonly pathFields: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly options: ApiOptions;
}

/** One operation over HTTP: its fields from the request, its output as JSON or as bytes. */
export async function performOperation(name: OperationName, call: OperationCall): Promise<Response> {
  const declaration: OperationDeclaration = OPERATIONS[name];
  const { options, actor } = call;
  const input = await readInput(declaration, call.request, call.pathFields);
  const output = await perform(
    {
      actor,
      storage: options.storage(),
      recorderStats: options.recorderStats,
      domains: options.domains,
      apiKeySalt: options.config.identity.apiKeySalt?.reveal() ?? '',
      clock: options.clock,
      newId: options.newId,
    },
    name,
    input,
  );
  if (isRawBody(output)) return toRawAnswer(output);
  if (declaration.output === undefined) throw new GatewayError('unexpected', { detail: { name } });
  return Response.json(output, { headers: { 'cache-control': 'no-store' } });
}

function isRawBody(output: object): output is RawBody {
  return 'bytes' in output && output.bytes instanceof Uint8Array;
}

/**
 * A recorded body is somebody else's content: whatever it claims to be, a browser gets it as a file to save, without
 * sniffing and without rights, so that a recorded page can never run as a page of ours.
 */
function toRawAnswer(body: RawBody): Response {
  return new Response(new Blob([new Uint8Array(body.bytes)]), {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'no-store',
      'x-nexus-body-media-type': toHeaderValue(body.mediaType),
      ...(body.contentEncoding === null ? {} : { 'x-nexus-body-encoding': toHeaderValue(body.contentEncoding) }),
    },
  });
}

/** What an upstream once sent must not break out of a header of ours. */
function toHeaderValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
