import { OPERATIONS, type OperationDeclaration, type OperationName, toCsvColumns } from '@nexus/contract';
import { type Actor, perform, requireScope } from '@nexus/services';
import { toBaseUrl } from '../to-base-url.ts';
import type { ApiOptions } from './api.ts';
import { toHostName } from './browser-guard.ts';
import type { ContentOutput } from './content/content-messages.ts';
import type { ContentReader } from './content/create-content-reader.ts';
import { toContentOutput } from './content/to-content-output.ts';
import { readInput } from './read-input.ts';
import { saveUpload } from './save-upload.ts';
import { tellChange } from './tell-change.ts';
import { toCsv } from './to-csv.ts';

export interface OperationCall {
  readonly requestId: string;
  readonly request: Request;
  readonly pathFields: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly options: ApiOptions;
  readonly content: ContentReader | null;
}

/** One operation over HTTP: its fields from the request, its output as JSON or as bytes. */
export async function performOperation(name: OperationName, call: OperationCall): Promise<Response> {
  const declaration: OperationDeclaration = OPERATIONS[name];
  const input = await readInput(declaration, call.request, call.pathFields);
  requireScope(name, call.actor);
  const upload = declaration.upload ? await saveUpload(call.request, declaration.upload, toUploadPlace(call)) : null;
  const output = await runOperation(name, { input, uploadFile: upload?.file ?? null }, call).finally(() =>
    upload?.drop(),
  );
  if (declaration.scope === 'write' || declaration.scope === 'admin') {
    logChange(name, call);
    tellChange(name, output.bytes, call.options.live);
    await call.options.tellChanged?.(name.split('.')[0] ?? '');
  }
  if (output.raw !== null) return toRawAnswer(output.bytes, output.raw);
  const { csv, csvName, deprecated } = declaration;
  const headers = { 'cache-control': 'no-store', ...toDeprecation(deprecated) };
  if (csv !== undefined && input['format'] === 'csv') {
    const shape = { from: csv, nameColumn: csvName, columns: toCsvColumns(declaration) };
    return toCsvAnswer(name, toCsv(parseJson(output.bytes), shape), headers);
  }
  return new Response(output.bytes, { headers: { 'content-type': 'application/json;charset=utf-8', ...headers } });
}

function toCsvAnswer(name: OperationName, text: string, headers: Readonly<Record<string, string>>): Response {
  const disposition = `attachment; filename="${name.replace('.', '-')}.csv"`;
  return new Response(text, {
    headers: { 'content-type': 'text/csv;charset=utf-8', 'content-disposition': disposition, ...headers },
  });
}

/** RFC 9745: since when a path is not to be built upon any more; RFC 8288: what serves instead. */
function toDeprecation(successor: string | undefined): Readonly<Record<string, string>> {
  return successor === undefined
    ? {}
    : { deprecation: DEPRECATED_SINCE, link: `<${successor}>; rel="successor-version"` };
}

/** 2026-11-01, the first version that has the path. */
const DEPRECATED_SINCE = '@1793491200';

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function toUploadPlace({ options: { config, newId, clock } }: OperationCall) {
  return { dataDir: config.storage.dataDir, newId, clock };
}

interface ReadCall {
  readonly input: Readonly<Record<string, unknown>>;
  readonly uploadFile: string | null;
}

async function runOperation(
  name: OperationName,
  { input, uploadFile }: ReadCall,
  { actor, request, options, content }: OperationCall,
): Promise<ContentOutput> {
  const storage = options.storage();
  // Bodies are megabytes to decode and parse: their own thread does it, while this one moves bytes.
  const isHeavy = OPERATIONS[name].scope === 'content' || uploadFile !== null;
  if (isHeavy && storage !== null && content !== null) return content.perform({ name, actor, input, uploadFile });
  const context = {
    actor,
    storage,
    storageIsOff: !options.config.storage.enabled,
    upload: uploadFile === null ? undefined : { open: () => Bun.file(uploadFile).stream() },
    recorderStats: options.recorderStats,
    redisState: options.redisState ?? (() => 'off'),
    domains: options.domains,
    accounts: options.accounts,
    tunnels: options.tunnels,
    proxyUrl: () => toProxyUrl(request, options),
    keysRequired: options.config.identity.clientAuthRequired,
    apiKeySalt: options.config.identity.apiKeySalt?.reveal() ?? '',
    retention: options.config.retention,
    rollingWindowMinutes: options.config.limits.rollingWindowMinutes,
    clock: options.clock,
    newId: options.newId,
  };
  return toContentOutput(await perform(context, name, input));
}

/** Bound to every interface, the name that led this caller here leads there too. */
function toProxyUrl({ headers }: Request, { config, proxyPort }: ApiOptions): string {
  const nameWhereAny = toHostName(headers.get('host')) ?? 'localhost';
  return toBaseUrl(proxyPort(), { host: config.server.host, nameWhereAny });
}

/** Who changed what: the one trace of it beside the change itself. Fields of the input may be secret and stay out. */
function logChange(name: OperationName, { actor, requestId, pathFields, options }: OperationCall): void {
  options.log.info({ operation: name, ...pathFields, ...toWho(actor), requestId }, 'changed over the API');
}

function toWho(actor: Actor): Readonly<Record<string, string | undefined>> {
  if (actor.kind === 'person') return { actor: actor.kind, sessionId: actor.sessionId };
  // Beside the key that was changed, which the path names.
  if (actor.kind === 'key') return { actor: actor.kind, actorKeyId: actor.keyId };
  return { actor: actor.kind, user: actor.user };
}

/**
 * A recorded body is somebody else's content: whatever it claims to be, a browser gets it as a file to save, without
 * sniffing and without rights, so that a recorded page can never run as a page of ours.
 */
function toRawAnswer(bytes: Uint8Array<ArrayBuffer>, raw: NonNullable<ContentOutput['raw']>): Response {
  return new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'no-store',
      'x-nexus-body-media-type': toHeaderValue(raw.mediaType),
      ...(raw.contentEncoding === null ? {} : { 'x-nexus-body-encoding': toHeaderValue(raw.contentEncoding) }),
    },
  });
}

/** What an upstream once sent must not break out of a header of ours. */
function toHeaderValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
