import type { OperationDeclaration } from './operation-declaration.ts';

/** Where the fields of an operation's input travel. */
export interface InputPlaces {
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly body: readonly string[];
}

/** Names in the path go by the path; the others by the JSON body of a POST without a file, else by the query. */
export function toInputPlaces(declaration: OperationDeclaration): InputPlaces {
  const path = [...declaration.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const others = Object.keys(declaration.input.shape).filter((name) => !path.includes(name));
  return hasJsonBody(declaration) ? { path, query: [], body: others } : { path, query: others, body: [] };
}

/** The path with its query, and the JSON body (null where the operation takes none), that carry `input`. */
export function splitInput(
  declaration: OperationDeclaration,
  input: Readonly<Record<string, unknown>>,
): { path: string; body: Readonly<Record<string, unknown>> | null } {
  const places = toInputPlaces(declaration);
  const path = declaration.path.replaceAll(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(toText(input[name])),
  );
  const query = new URLSearchParams();
  for (const name of places.query) {
    if (input[name] !== undefined) query.set(name, toText(input[name]));
  }
  const body = Object.fromEntries(
    places.body.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  return {
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    body: hasJsonBody(declaration) ? body : null,
  };
}

function hasJsonBody({ method, upload }: OperationDeclaration): boolean {
  return method === 'POST' && upload === undefined;
}

/** Fields of paths and queries are scalars by the contract; anything else would be a hole in it. */
function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
