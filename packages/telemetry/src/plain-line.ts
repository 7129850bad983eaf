/** Turns a JSON log line into `18:20:11 info message  name=value …`; a line that is not JSON comes back as it was. */
export function toPlainLine(line: string): string {
  const fields = parseFields(line);
  if (fields === null) return line;
  const { time, level, message, ...rest } = fields;
  const at = typeof time === 'string' ? time.slice(11, 19) : '';
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${toText(value)}`);
  return `${[at, toText(level).padEnd(5), toText(message), ...pairs].join(' ').trimEnd()}\n`;
}

function parseFields(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\n', '\\n');
  return JSON.stringify(value) ?? '';
}
