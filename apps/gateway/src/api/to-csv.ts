type Json = Readonly<Record<string, unknown>>;

/**
 * A table of the rows of an answer (RFC 4180): the field `from` of it, or all of it where that is empty. Rows are what stands
 * in a list; where there is a record of names instead, the name is the first column. What lies deeper is named by its path.
 */
export function toCsv(answer: unknown, from: string): string {
  const found = from === '' ? answer : toObject(answer)[from];
  const rows = toRows(found).map((row) => flatten(row, ''));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((line) => `${line.map(toCell).join(',')}\r\n`).join('');
}

function toRows(found: unknown): readonly unknown[] {
  if (Array.isArray(found)) return found;
  const named = Object.entries(toObject(found));
  const isRecord = named.length > 0 && named.every(([, value]) => typeof value === 'object' && value !== null);
  if (!isRecord) return named.length === 0 ? [] : [found];
  return named.flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((row) => withName(name, row)));
}

function withName(name: string, row: unknown): Json {
  return { name, ...toObject(row) };
}

function flatten(value: unknown, path: string): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [path]: toText(value) };
  const parts = Object.entries(value).map(([name, part]) => flatten(part, path === '' ? name : `${path}.${name}`));
  return Object.assign({}, ...parts);
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? toHarmless(value) : JSON.stringify(value);
}

/** A spreadsheet runs what begins like a formula, and names of models and sessions are whatever a caller sent. */
function toHarmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function toCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
