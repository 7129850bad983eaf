import type { OperationArguments } from '@nexus/contract';
import { type Command, InvalidArgumentError } from 'commander';

export interface LimitOptions {
  readonly requestsPerMinute?: number;
  readonly inputTokensPerMinute?: number;
  readonly outputTokensPerMinute?: number;
  readonly concurrent?: number;
}

/** Options that say how much may be asked for. */
export function addLimitOptions(command: Command): void {
  command
    .option('--requests-per-minute <count>', 'requests a minute', parseCount)
    .option(
      '--input-tokens-per-minute <count>',
      'input tokens a minute, without what is read from the cache',
      parseCount,
    )
    .option('--output-tokens-per-minute <count>', 'output tokens a minute', parseCount)
    .option('--concurrent <count>', 'exchanges at once', parseCount);
}

/** The values of those options; null where none was given. */
export function toLimitValues(options: LimitOptions): OperationArguments<'limit.set'>['limits'] | null {
  const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, concurrent } = options;
  const values = {
    requestsPerMinute: requestsPerMinute ?? null,
    inputTokensPerMinute: inputTokensPerMinute ?? null,
    outputTokensPerMinute: outputTokensPerMinute ?? null,
    concurrent: concurrent ?? null,
  };
  return Object.values(values).every((value) => value === null) ? null : values;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Write a whole number, 1 or more.');
  return count;
}
