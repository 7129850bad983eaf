import { z } from 'zod';
import type { OperationDeclaration } from './operation-declaration.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The columns of an operation's table, the same whatever rows there are: `a.b` for what lies deeper, and the name first where rows
 * stand under names. Lists and records within a row are one column each. Empty for operations that have no table.
 */
export function toCsvColumns({ csv, csvName, output }: OperationDeclaration): readonly string[] {
  if (csv === undefined || output === undefined) return [];
  const whole = toObject(z.toJSONSchema(output, { io: 'output' }));
  const names = toObject(whole['$defs']);
  const of = (schema: unknown): Json => resolve(toObject(schema), names);
  const table = csv === '' ? whole : of(toObject(whole['properties'])[csv]);
  if (csvName === undefined) return listColumns(of(table['items'] ?? table), '', names);
  const named = of(table['additionalProperties']);
  return [csvName, ...listColumns(of(named['items'] ?? named), '', names)];
}

function listColumns(schema: Json, path: string, names: Json): readonly string[] {
  const forms = listForms(schema, names).filter((form) => form['properties'] !== undefined);
  if (forms.length === 0) return [path];
  const columns = forms.flatMap((form) =>
    Object.entries(toObject(form['properties'])).flatMap(([name, part]) =>
      listColumns(resolve(toObject(part), names), path === '' ? name : `${path}.${name}`, names),
    ),
  );
  return [...new Set(columns)];
}

/** What a value may be, `null` among it: an object that can be missing has its columns, and so has each kind of a union. */
function listForms(schema: Json, names: Json): readonly Json[] {
  const forms = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(forms) ? forms.flatMap((form) => listForms(resolve(toObject(form), names), names)) : [schema];
}

function resolve(schema: Json, names: Json): Json {
  const ref = schema['$ref'];
  return typeof ref === 'string' ? toObject(names[ref.slice(ref.lastIndexOf('/') + 1)]) : schema;
}

function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
