import { toPlainLine } from './plain-line.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line a call. Fields are data, the message is a short sentence; an `Error` goes under `error`. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose every line carries `fields`. */
  child(fields: LogFields): Logger;
  /** Takes lines that a logger of the same shape has finished in another thread. */
  pass(lines: string): void;
  readonly shape: LogShape;
}

/** How lines look, and which are left out: enough to make the same logger in another thread. */
export interface LogShape {
  readonly level: LogLevel;
  /** `json` for machines (one object a line), `plain` for a person at a terminal. */
  readonly format: 'json' | 'plain';
}

export interface LoggerOptions extends LogShape {
  /** Takes finished lines with their line breaks. Must not throw and should not block. */
  readonly write: (line: string) => void;
  /** Hides secrets in a finished line by their shape; runs on every line, so it must be cheap. */
  readonly maskText: (line: string) => string;
}

/** Makes the one logger of a process. Level names are words, instants ISO 8601 in UTC. */
export function createLogger(options: LoggerOptions): Logger {
  return createLineLogger(options, {});
}

/** A logger that says nothing, for parts that run without one. */
export function createSilentLogger(): Logger {
  return createLogger({ level: 'silent', write: () => {}, maskText: (line) => line, format: 'json' });
}

const SEVERITY: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Infinity,
};

function createLineLogger(options: LoggerOptions, always: LogFields): Logger {
  const isSecret = createNameCheck();
  const kept = toMembers(always, isSecret);
  const writeAt = (level: LogLevel): Logger['info'] => {
    if (SEVERITY[level] < SEVERITY[options.level]) return () => {};
    return (fields, message) => {
      const head = `{"level":"${level}","time":"${new Date().toISOString()}"${kept}`;
      const line = `${head}${toMembers(fields, isSecret)},"message":${JSON.stringify(message)}}\n`;
      options.write(options.maskText(options.format === 'plain' ? toPlainLine(line) : line));
    };
  };
  return {
    debug: writeAt('debug'),
    info: writeAt('info'),
    warn: writeAt('warn'),
    error: writeAt('error'),
    child: (fields) => createLineLogger(options, { ...always, ...fields }),
    pass: (lines) => options.write(lines),
    shape: { level: options.level, format: options.format },
  };
}

/** The members of `fields` as JSON, each behind a comma. Copying twenty fields into one object costs as much as writing them. */
function toMembers(fields: LogFields, isSecret: NameCheck): string {
  const text = writeObject(isPlain(fields, isSecret) ? fields : toSafe(fields, isSecret));
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

function isPlain(fields: LogFields, isSecret: NameCheck): boolean {
  for (const name in fields) {
    if (isSecret(name) || fields[name] instanceof Error) return false;
  }
  return true;
}

function toSafe(fields: LogFields, isSecret: NameCheck): LogFields {
  return mapValues(fields, (value, name) => {
    if (isSecret(name)) return '[secret]';
    return value instanceof Error ? toPlainError(value, CAUSES_MAX) : value;
  });
}

function writeObject(fields: LogFields): string {
  try {
    return JSON.stringify(fields);
  } catch {
    // Circular data, or a bigint: the rest of the line still says what happened.
    return JSON.stringify(mapValues(fields, toScalar));
  }
}

function mapValues(fields: LogFields, change: (value: unknown, name: string) => unknown): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value, name)]));
}

type NameCheck = (name: string) => boolean;

/** Values under such names never reach a line, whatever they look like. */
const SECRET_NAME = /authorization|api_?-?key$|secret|password|cookie|(access|refresh)_?token|credential$/i;
const NAMES_KEPT_MAX = 500;

/** The same few names come with every line: what the expression said of each is kept. */
function createNameCheck(): NameCheck {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const isSecret = SECRET_NAME.test(name);
    if (known.size < NAMES_KEPT_MAX) known.set(name, isSecret);
    return isSecret;
  };
}

/** An error and up to so many of its causes. */
const CAUSES_MAX = 4;

function toPlainError(error: Error, causes: number): LogFields {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message,
    ...('code' in error ? { code: toScalar(error.code) } : {}),
    stack,
    ...(cause instanceof Error && causes > 0 ? { cause: toPlainError(cause, causes - 1) } : {}),
  };
}

function toScalar(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'object' && value !== null ? `[${value.constructor?.name ?? 'object'}]` : value;
}
