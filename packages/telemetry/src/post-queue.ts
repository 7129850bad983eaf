import { setTimeout as pause } from 'node:timers/promises';

/** Items on their way to somebody else's server: gathered, posted, tried again, and given up before they cost anything. */
export interface PostQueue<T> {
  /** Takes an item. Where there is no room it is not even made, so that a dead server costs nothing, but counted as dropped. */
  add(makeItem: () => T): void;
  stats(): PostStats;
  /** Posts what waits, within `deadlineMs`; what is left then is dropped. */
  close(deadlineMs: number): Promise<void>;
}

export interface PostStats {
  /** Items that wait, or are on their way. */
  readonly waiting: number;
  readonly sent: number;
  /** Items that were given up: no room, refused, or tried too often. */
  readonly dropped: number;
  /** Why the last post failed; null once one went well. Names no secret. */
  readonly lastProblem: string | null;
}

export interface PostQueueOptions<T> {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Body of one post; null gives its items up. */
  readonly encode: (items: readonly T[]) => Uint8Array<ArrayBuffer> | string | null;
  /** Items that may wait. */
  readonly itemsMax: number;
  /** Items of one post. */
  readonly batchMax: number;
  /** How long the first of a batch waits for others. */
  readonly gatherMs: number;
  /** Posts at once. */
  readonly flightsMax: number;
  /** Longest wait for the answer to one post. */
  readonly timeoutMs: number;
  /** How often one post is tried, the first time among them. */
  readonly triesMax: number;
  /** First wait before another try; it doubles. */
  readonly retryMs: number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Told where posting begins to fail, and with null where it goes well again. */
  readonly onChange?: (problem: string | null) => void;
}

/** Longest wait between two tries, whatever the server asks for. */
const RETRY_MS_MAX = 30_000;
/** Statuses after which the same post may go well (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function createPostQueue<T>(options: PostQueueOptions<T>): PostQueue<T> {
  return new Queue(options);
}

type PostEnd =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'again'; readonly because: string; readonly afterMs: number | null };

class Queue<T> implements PostQueue<T> {
  private readonly options: PostQueueOptions<T>;
  private readonly closing = new AbortController();
  private readonly flights = new Set<Promise<void>>();
  private waiting: T[] = [];
  private flying = 0;
  private sent = 0;
  private dropped = 0;
  private lastProblem: string | null = null;
  private gatherTimer: ReturnType<typeof setTimeout> | null = null;
  private isClosing = false;

  constructor(options: PostQueueOptions<T>) {
    this.options = options;
  }

  add(makeItem: () => T): void {
    if (this.isClosing || this.waiting.length + this.flying >= this.options.itemsMax) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(makeItem());
    if (this.waiting.length >= this.options.batchMax) this.start();
    else this.gather();
  }

  stats(): PostStats {
    const { sent, dropped, lastProblem } = this;
    return { waiting: this.waiting.length + this.flying, sent, dropped, lastProblem };
  }

  async close(deadlineMs: number): Promise<void> {
    this.isClosing = true;
    const deadline = setTimeout(() => this.closing.abort(), deadlineMs);
    this.start();
    while (this.flights.size > 0) await Promise.all(this.flights);
    clearTimeout(deadline);
    this.dropped += this.waiting.length;
    this.waiting = [];
  }

  private gather(): void {
    this.gatherTimer ??= setTimeout(() => this.start(), this.options.gatherMs);
  }

  /** Begins as many posts as there may be. */
  private start(): void {
    if (this.gatherTimer !== null) clearTimeout(this.gatherTimer);
    this.gatherTimer = null;
    while (this.waiting.length > 0 && this.flights.size < this.options.flightsMax && !this.closing.signal.aborted) {
      const items = this.waiting.splice(0, this.options.batchMax);
      this.flying += items.length;
      const flight = this.deliver(items).finally(() => {
        this.flying -= items.length;
        this.flights.delete(flight);
        if (this.waiting.length >= this.options.batchMax || this.isClosing) this.start();
        else if (this.waiting.length > 0) this.gather();
      });
      this.flights.add(flight);
    }
  }

  private async deliver(items: readonly T[]): Promise<void> {
    const body = this.encode(items);
    if (body !== null && (await this.tryToPost(body))) this.sent += items.length;
    else this.dropped += items.length;
  }

  /** What cannot be written must not stop what comes behind it. */
  private encode(items: readonly T[]): Uint8Array<ArrayBuffer> | string | null {
    try {
      return this.options.encode(items);
    } catch (error) {
      this.note(toProblem(error));
      return null;
    }
  }

  private async tryToPost(body: Uint8Array<ArrayBuffer> | string): Promise<boolean> {
    const { triesMax, retryMs } = this.options;
    for (let tries = 1; tries <= triesMax && !this.closing.signal.aborted; tries += 1) {
      const end = await this.post(body);
      this.note(end.kind === 'sent' ? null : end.because);
      if (end.kind !== 'again') return end.kind === 'sent';
      // What the server asks for is the least: one that says 0 would have all tries within a moment.
      const waitMs = Math.max(end.afterMs ?? 0, retryMs * 2 ** (tries - 1));
      if (tries === triesMax) break;
      // A close ends the pause, and the loop with it.
      await pause(Math.min(waitMs, RETRY_MS_MAX), undefined, { signal: this.closing.signal }).catch(() => {});
    }
    return false;
  }

  private async post(body: Uint8Array<ArrayBuffer> | string): Promise<PostEnd> {
    const { url, headers, fetch, timeoutMs } = this.options;
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      // A redirect would carry the headers, and what is secret in them, to somebody else.
      const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      await answer.body?.cancel();
      if (answer.ok) return { kind: 'sent' };
      const because = `it answered ${answer.status}`;
      if (!RETRYABLE.has(answer.status)) return { kind: 'refused', because };
      return { kind: 'again', because, afterMs: toWaitMs(answer.headers.get('retry-after')) };
    } catch (error) {
      return { kind: 'again', because: toProblem(error), afterMs: null };
    }
  }

  private note(problem: string | null): void {
    if ((problem === null) !== (this.lastProblem === null)) this.options.onChange?.(problem);
    this.lastProblem = problem;
  }
}

/** The name of a failure; messages of `fetch` may hold the URL, and that the user's secret. */
function toProblem(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** `retry-after` in seconds; dates and nonsense count as absent. */
function toWaitMs(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
