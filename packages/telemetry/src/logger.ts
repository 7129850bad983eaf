import pino from 'pino';
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
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Takes one finished line with its line break. Must not throw and should not block. */
  readonly write: (line: string) => void;
  /** Hides secrets in a finished line by their shape; runs on every line, so it must be cheap. */
  readonly maskText: (line: string) => string;
  /** `json` for machines (one object a line), `plain` for a person at a terminal. */
  readonly format: 'json' | 'plain';
}

/** Values under such names never reach a line, whatever they look like. */
const SECRET_NAME = /authorization|api_?-?key$|secret|password|cookie|(access|refresh)_?token|credential$/i;

/** Makes the one logger of a process. Level names are words, instants ISO 8601 in UTC. */
export function createLogger(options: LoggerOptions): Logger {
  const finish = options.format === 'plain' ? toPlainLine : (line: string): string => line;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      errorKey: 'error',
      formatters: {
        level: (label) => ({ level: label }),
        log: hideSecretFields,
      },
    },
    { write: (line: string) => options.write(options.maskText(finish(line))) },
  );
}

/** A logger that says nothing, for parts that run without one. */
export function createSilentLogger(): Logger {
  return createLogger({ level: 'silent', write: () => {}, maskText: (line) => line, format: 'json' });
}

function hideSecretFields(fields: Record<string, unknown>): Record<string, unknown> {
  let safe = fields;
  for (const name of Object.keys(fields)) {
    if (!SECRET_NAME.test(name)) continue;
    if (safe === fields) safe = { ...fields };
    safe[name] = '[secret]';
  }
  return safe;
}
