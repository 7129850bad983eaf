import { parseLimitWindows } from '../accounts/limit-window.ts';

/** What one answer told of one window. */
export interface WindowSample {
  /** `5h`, `7d`, `7d_opus`, …; of API keys `requests`, `tokens`, `input-tokens`, `output-tokens`. */
  readonly name: string;
  /** Word in the names of the models it limits; null where it limits all. */
  readonly scope: string | null;
  /** Null where it was not told, which is not the same as nothing. */
  readonly usedShare: number | null;
  readonly isRejected: boolean;
  /** The answer warned of a limit, whichever it was. */
  readonly isWarned: boolean;
  /** Epoch milliseconds. */
  readonly resetsAtMs: number | null;
}

/**
 * The windows that the headers of an answer tell of; header names are lower case. An answer on credits that tells of
 * overage alone says nothing of any window, and none is made up.
 */
export function toWindowSamples(headers: readonly (readonly [name: string, value: string])[]): readonly WindowSample[] {
  const status = headers.find(([name]) => name === 'anthropic-ratelimit-unified-status')?.[1];
  const isWarned = status !== undefined && status !== 'allowed';
  return parseLimitWindows(headers).map((window) => ({
    name: window.name,
    scope: window.scope,
    usedShare: window.usedShare,
    isRejected: window.isRejected,
    isWarned: isWarned && window.isRejected === (status === 'rejected'),
    resetsAtMs: window.resetsAtMs,
  }));
}

/** Where figures of a window come from. */
export type WindowSource = 'unified' | 'api-key';

const PER_MINUTE = new Set(['requests', 'tokens', 'input-tokens', 'output-tokens']);

export function toWindowSource(name: string): WindowSource {
  return PER_MINUTE.has(name) ? 'api-key' : 'unified';
}

const SPAN = /^(\d+)([mhd])(?:_|-|$)/;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long a window is, as its name tells; null where it does not. */
export function toWindowSpanMs(name: string): number | null {
  const [, count, unit = ''] = SPAN.exec(name) ?? [];
  const unitMs = UNITS[unit];
  return unitMs === undefined ? null : Number(count) * unitMs;
}
