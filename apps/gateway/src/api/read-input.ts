import { GatewayError, type OperationDeclaration, toFieldError, toInputPlaces } from '@nexus/contract';

/** Bodies of our own API are small; this is not the exchanges' bound. */
const BODY_BYTES_MAX = 1_048_576;

/**
 * The fields of an operation's input from where each travels; not yet parsed by its schema.
 * @throws {GatewayError} `field-invalid`, `body-malformed` or `body-too-large`.
 */
export async function readInput(
  declaration: OperationDeclaration,
  request: Request,
  pathFields: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const query = readQuery(new URL(request.url).searchParams);
  const body = toInputPlaces(declaration).body.length > 0 ? await readJsonObject(request) : {};
  return { ...query, ...body, ...pathFields };
}

/**
 * A JSON object from a request's body.
 * @throws {GatewayError} `field-invalid` where it is not sent as JSON (a form of another site cannot), `body-malformed`, `body-too-large`.
 */
export async function readJsonObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  // What needs no field needs no body; a form of another site is told by its origin, and by the host that it asks.
  if (isEmpty(request)) return {};
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw toFieldError('content-type', 'must be application/json');
  }
  const value = parseJson(await readText(request));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new GatewayError('body-malformed');
  return { ...value };
}

function isEmpty({ body, headers }: Request): boolean {
  return body === null || headers.get('content-length') === '0';
}

/** A body as text, of at most 1 MiB. @throws {GatewayError} `body-too-large`. */
export async function readText(request: Request): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX)
      throw new GatewayError('body-too-large', { publicMessage: 'The body is larger than 1 MB.' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function readQuery(query: URLSearchParams): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(fields, name)) {
      throw toFieldError(name, 'is given twice');
    }
    fields[name] = value;
  }
  return fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('body-malformed');
  }
}
