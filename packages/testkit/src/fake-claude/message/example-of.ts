import { isJsonObject } from '../messages-body.ts';

const depthMax = 8;

/** A small value that fits a JSON Schema well enough for a tool call: required properties only, first of any choice. */
export function exampleOf(schema: unknown, depth = 0): unknown {
  if (!isJsonObject(schema) || depth > depthMax) return 'value';
  if ('const' in schema) return schema['const'];
  for (const choice of ['enum', 'anyOf', 'oneOf', 'allOf']) {
    const options = schema[choice];
    if (Array.isArray(options)) return choice === 'enum' ? options[0] : exampleOf(options[0], depth + 1);
  }
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type === 'array') return [exampleOf(schema['items'], depth + 1)];
  if (type === 'object' || isJsonObject(schema['properties'])) return exampleObject(schema, depth);
  return 'value';
}

function exampleObject(schema: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    required.filter((name) => typeof name === 'string').map((name) => [name, exampleOf(properties[name], depth + 1)]),
  );
}
