/** One limit of an account as an answer told it last. Open set: Claude adds windows without notice. */
export interface LimitWindow {
  /** `5h`, `7d`, `7d_opus`, or for API keys `requests`, `input-tokens`, …. */
  readonly name: string;
  /** Word in the names of the models it limits; null where it limits all. */
  readonly scope: string | null;
  readonly isRejected: boolean;
  /** Used share: 0 is nothing, 1 is everything, more has been seen. Null where it was not told. */
  readonly usedShare: number | null;
  /** What is used before other accounts go first; the rest is for what is under way. */
  readonly shareMax: number;
  /** Epoch milliseconds. */
  readonly resetsAtMs: number | null;
}

/** Whether a limit of `scope` holds for `model`; null is any model, so only limits of all models hold for it. */
export function isInScope(model: string | null, scope: string | null): boolean {
  return scope === null || (model !== null && model.includes(scope));
}

const UNIFIED = 'anthropic-ratelimit-unified-';
const PER_MINUTE = /^anthropic-ratelimit-(requests|tokens|input-tokens|output-tokens)-(limit|remaining|reset)$/;
/** `5h-status`, `7d_opus-utilization`; what has no number of hours or days in front is about the whole. */
const WINDOW_FIELD = /^(\d+[hd](?:_[a-z0-9]+)*)-(status|utilization|reset)$/;
/** Named in the claim of an answer, not in the names of headers. */
const CLAIMS: Readonly<Record<string, string>> = { five_hour: '5h', seven_day: '7d' };
/** Windows of a model are named after its family, this one after a code name (seen on Fable alone). */
const SCOPES: Readonly<Record<string, string>> = { oi: 'fable' };
/** Of the week; of anything shorter. */
const WEEK_SHARE_MAX = 0.95;
const SHARE_MAX = 0.9;
/** Far more than were ever seen; the headers are the upstream's, so they get a bound. */
const WINDOWS_MAX = 24;

/** The limits that an answer's headers tell, in their order. Names are lower case. */
export function parseLimitWindows(headers: Iterable<readonly [name: string, value: string]>): readonly LimitWindow[] {
  const found = new Map<string, Map<string, string>>();
  const whole = new Map<string, string>();
  for (const [name, value] of headers) {
    if (!name.startsWith('anthropic-ratelimit-')) continue;
    const [, window, field] = matchField(name) ?? [];
    if (window === undefined || field === undefined) {
      if (name.startsWith(UNIFIED)) whole.set(name.slice(UNIFIED.length), value);
      continue;
    }
    const fields = found.get(window) ?? new Map<string, string>();
    if (found.size < WINDOWS_MAX || found.has(window)) found.set(window, fields.set(field, value));
  }
  const windows = [...found].map(([name, fields]) => toWindow(name, fields));
  const claimed = toClaimedWindow(whole, windows);
  return claimed === null ? windows : [...windows, claimed];
}

function matchField(name: string): readonly string[] | null {
  return name.startsWith(UNIFIED) ? WINDOW_FIELD.exec(name.slice(UNIFIED.length)) : PER_MINUTE.exec(name);
}

function toWindow(name: string, fields: ReadonlyMap<string, string>): LimitWindow {
  const limit = toNumber(fields.get('limit'));
  const remaining = toNumber(fields.get('remaining'));
  const used = limit === null || limit <= 0 || remaining === null ? null : 1 - remaining / limit;
  const usedShare = toNumber(fields.get('utilization')) ?? used;
  return {
    name,
    scope: toScope(name),
    isRejected: fields.get('status') === 'rejected' || (limit !== null && remaining === 0),
    // `-0.0` has been seen.
    usedShare: usedShare === null ? null : Math.max(0, usedShare),
    shareMax: toShareMax(name),
    resetsAtMs: toInstant(fields.get('reset')),
  };
}

/**
 * Accounts on credits may tell only the whole, not the windows. The whole's reset belongs to whichever window Claude
 * finds worth naming, so it counts only where no window said that it is used up.
 */
function toClaimedWindow(whole: ReadonlyMap<string, string>, windows: readonly LimitWindow[]): LimitWindow | null {
  if (whole.get('status') !== 'rejected' || windows.some((window) => window.isRejected)) return null;
  const claim = whole.get('representative-claim') ?? 'whole';
  const family = /^seven_day_(opus|sonnet|haiku|fable)$/.exec(claim)?.[1];
  const name = family === undefined ? (CLAIMS[claim] ?? claim) : `7d_${family}`;
  const resetsAtMs = windows.find((window) => window.name === name)?.resetsAtMs ?? toInstant(whole.get('reset'));
  return { name, scope: family ?? null, isRejected: true, usedShare: null, shareMax: toShareMax(name), resetsAtMs };
}

function toShareMax(name: string): number {
  return name.startsWith('7d') ? WEEK_SHARE_MAX : SHARE_MAX;
}

function toScope(name: string): string | null {
  const at = name.indexOf('_');
  if (at === -1) return null;
  const word = name.slice(at + 1);
  return SCOPES[word] ?? word;
}

/** Epoch seconds, or RFC 3339 where it is an API key's. */
function toInstant(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = toNumber(text);
  const atMs = seconds === null ? Date.parse(text) : seconds * 1_000;
  return Number.isFinite(atMs) ? atMs : null;
}

function toNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text.trim())) return null;
  return Number(text);
}
