type Json = Readonly<Record<string, unknown>>;

/** Which part of an answer is a table. */
export interface CsvShape {
  /** The field of it that has the rows; all of it where that is empty. */
  readonly from: string;
  /** The first column, where rows stand under names instead of in a list. */
  readonly nameColumn: string | undefined;
  /** Paths of all columns, so that a table without rows and one with few have the same. */
  readonly columns: readonly string[];
}

/** A table of the rows of an answer (RFC 4180); lists and records within a row are JSON. */
export function toCsv(answer: unknown, { from, nameColumn, columns }: CsvShape): string {
  const found = from === '' ? answer : toObject(answer)[from];
  const rows = nameColumn === undefined ? toRows(found) : toNamedRows(found, nameColumn);
  const lines = rows.map((row) => columns.map((column) => toText(findValue(row, column))));
  return [columns, ...lines].map((line) => `${line.map(toCell).join(',')}\r\n`).join('');
}

function toRows(found: unknown): readonly unknown[] {
  return Array.isArray(found) ? found : [found];
}

function toNamedRows(found: unknown, nameColumn: string): readonly unknown[] {
  return Object.entries(toObject(found)).flatMap(([name, value]) =>
    toRows(value).map((row) => Object.assign(toObject(row), { [nameColumn]: name })),
  );
}

function findValue(row: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => toObject(value)[name], row);
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
