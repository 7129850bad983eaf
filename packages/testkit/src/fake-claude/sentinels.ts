import { type Behaviour, createBehaviour, type Encoding } from './behaviour.ts';
import { type HeaderPairs } from './http/request-head.ts';
import { CONTENT_NAMES, CONTENTS } from './message/content.ts';

/** One thing the fake can be asked to do. `<n>` in a name stands for a number. */
interface Sentinel {
  readonly name: string;
  readonly about: string;
  readonly apply: (behaviour: Behaviour, numbers: readonly number[], words: readonly string[]) => void;
}

const contents = CONTENT_NAMES.map((name): Sentinel => ({
  name,
  about: CONTENTS[name].about,
  apply: (behaviour) => {
    behaviour.content = name;
  },
}));

const encodings: Record<string, Encoding> = { gzip: 'gzip', br: 'br', zstd: 'zstd', deflate: 'deflate' };

/**
 * Every behaviour of the fake Claude by name. A request asks for one by its model (`fake-thinking`), for several by
 * joining names with `+` (`fake-tools-parallel+crlf+chunk-1`), or by headers named `x-fake-<name>: <number>`
 * (`x-fake-encoding: br`, `x-fake-cut: 120`), which are applied after the model. A name of the first group chooses
 * what is said; all others change how it is delivered and can be combined.
 */
export const SENTINELS: readonly Sentinel[] = [
  ...contents,
  // What is said, by size and pace.
  on('stream-<events>-<gapMs>', 'A stream of so many text deltas, so many milliseconds apart.', (b, [events, gap]) => {
    b.pacedEvents = events ?? 0;
    b.gapMs = gap ?? 0;
  }),
  on('bytes-<n>', 'An answer filled with text to about so many bytes.', (b, [n]) => (b.fillBytes = n ?? 0)),
  on('event-<n>', 'One single event of about so many bytes.', (b, [n]) => (b.eventBytes = n ?? 0)),
  on('pings-<n>', 'So many pings in front of the content.', (b, [n]) => (b.pings = n ?? 0)),
  on('gap-<ms>', 'So many milliseconds between two events.', (b, [ms]) => (b.gapMs = ms ?? 0)),
  on('silence-<s>', 'So many seconds of silence after message_start.', (b, [s]) => (b.silenceMs = (s ?? 0) * 1000)),
  on('silence-ms-<ms>', 'The same in milliseconds.', (b, [ms]) => (b.silenceMs = ms ?? 0)),
  on('headers-after-<ms>', 'Silence before the status line.', (b, [ms]) => (b.headersAfterMs = ms ?? 0)),
  // Errors.
  on('error-before-content', '200, then an error event before any content.', (b) => (b.streamError = 'after-ping')),
  on('error-first', '200, then an error event as the very first event.', (b) => (b.streamError = 'first')),
  on('error-after-content', '200, then an error event after some text.', (b) => (b.streamError = 'after-content')),
  on('429-retry-<s>', '429 with retry-after.', (b, [s]) => setError(b, { status: 429, retryAfterS: s ?? 0 })),
  on('429-unified', '429 of a used-up 5-hour window, with unified limit headers.', (b) =>
    setError(b, { status: 429, retryAfterS: 3600, limits: 'unified' }),
  ),
  on('429-spend', '429 of a monthly spend limit, without retry-after.', (b) =>
    setError(b, { status: 429, limits: 'spend' }),
  ),
  on('<status>', 'That HTTP error in Claude’s shape, such as fake-529.', (b, [status]) =>
    setError(b, { status: status ?? 500 }),
  ),
  on('times-<n>', 'The error only for the first n requests with this model name.', (b, [n]) => (b.errorTimes = n ?? 0)),
  on('limits-api-key', 'Good answers carry the rate-limit headers of an API key.', (b) => (b.limitHeaders = 'api-key')),
  on(
    'limits-unified-warning',
    'Unified headers of a plan near its limit.',
    (b) => (b.limitHeaders = 'unified-warning'),
  ),
  on('limits-unified', 'Good answers carry the unified limit headers of a plan.', (b) => (b.limitHeaders = 'unified')),
  on('cookies', 'Two set-cookie headers and an unknown one.', (b) => (b.cookies = true)),
  // How it is written.
  on('crlf', 'Events end their lines with CRLF.', (b) => (b.newline = '\r\n')),
  on('cr', 'Events end their lines with CR.', (b) => (b.newline = '\r')),
  on('no-event-lines', 'Frames without `event:` lines.', (b) => (b.eventLines = false)),
  on('unknown-events', 'Unknown events, deltas, fields and comments between the known ones.', (b) => {
    b.unknownEvents = true;
  }),
  on('encoding-<coding>', 'content-encoding gzip, br, zstd or deflate, flushed per event.', (b, _numbers, [coding]) => {
    b.encoding = encodings[coding ?? ''] ?? null;
  }),
  // How it is delivered.
  on('chunk-<n>', 'Chunks of n bytes.', (b, [n]) => (b.chunkBytes = Math.max(1, n ?? 1))),
  on('drip-<n>-<ms>', 'n bytes, then so many milliseconds of silence, and again.', (b, [n, ms]) => {
    b.chunkBytes = Math.max(1, n ?? 1);
    b.dripMs = ms ?? 0;
  }),
  on('split-<n>', 'Two pieces, split after n bytes, in two segments.', (b, [n]) => (b.splitAt = n ?? 0)),
  on('gate-<n>', 'With split, cut or reset: what comes next waits until the test opens gate n.', (b, [n]) => {
    b.gate = n ?? 0;
  }),
  on('burst', 'The whole answer in one write.', (b) => (b.burst = true)),
  on('cut-<n>', 'The connection ends (FIN) after n bytes of the body.', (b, [n]) => {
    b.ending = { kind: 'cut', afterBytes: n ?? 0 };
  }),
  on('truncate-<n>', 'HTTP ends well after n bytes of the body, in mid frame.', (b, [n]) => {
    b.ending = { kind: 'truncate', afterBytes: n ?? 0 };
  }),
  on('reset-<n>', 'The connection is reset after n bytes of the body.', (b, [n]) => {
    b.ending = { kind: 'reset', afterBytes: n ?? 0 };
  }),
  on('short-<n>', 'content-length is n bytes larger than the body, then FIN.', (b, [n]) => {
    b.ending = { kind: 'short', missingBytes: n ?? 1 };
  }),
  on('close', 'The connection closes without an answer.', (b) => (b.ending = { kind: 'close' })),
  on('never', 'No answer, ever.', (b) => (b.ending = { kind: 'never' })),
];

const patterns = SENTINELS.map((sentinel) => ({ sentinel, pattern: toPattern(sentinel.name) }));
const unknown: readonly string[] = [];

/**
 * Reads the behaviour out of a model name and the `x-fake-*` headers. Names that the table does not know are listed in
 * `unknown`, so that a misspelt test fails loudly; a model that is no sentinel at all gives the default behaviour.
 */
export function parseBehaviour(
  model: string,
  headers: HeaderPairs = [],
): { behaviour: Behaviour; unknown: readonly string[] } {
  const behaviour = createBehaviour();
  const fake = /^(?:claude-|anthropic[./-])?fake-(.+)$/.exec(model)?.[1];
  const names = fake === undefined ? [] : fake.split('+');
  for (const [name, value] of headers) {
    if (/^x-fake-/i.test(name))
      names.push([name.slice('x-fake-'.length).toLowerCase(), value].filter(Boolean).join('-'));
  }
  if (names.length === 0) return { behaviour, unknown };
  return { behaviour, unknown: names.filter((name) => !applyName(behaviour, name)) };
}

/** The table as text, for `--help` and the docs. */
export function describeSentinels(): string {
  const width = Math.max(...SENTINELS.map((sentinel) => sentinel.name.length)) + 2;
  const lines = SENTINELS.map((sentinel) => `  ${sentinel.name.padEnd(width)}${sentinel.about}`);
  return [
    'Ask for a behaviour by the model name fake-<name>, several joined with + (fake-thinking+crlf+chunk-1),',
    'or by headers x-fake-<name>: <number>. Any other model gets an echo of the last user text.',
    '',
    ...lines,
  ].join('\n');
}

function applyName(behaviour: Behaviour, name: string): boolean {
  for (const { sentinel, pattern } of patterns) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const words = match.slice(1);
    sentinel.apply(behaviour, words.map(Number), words);
    return true;
  }
  return false;
}

function setError(behaviour: Behaviour, error: Partial<NonNullable<Behaviour['error']>> & { status: number }): void {
  behaviour.error = { retryAfterS: null, limits: 'none', ...error };
}

function on(name: string, about: string, apply: Sentinel['apply']): Sentinel {
  return { name, about, apply };
}

/** `drip-<n>-<ms>` becomes a pattern with two numbers; `<coding>` is a word and `<status>` an HTTP error. */
function toPattern(name: string): RegExp {
  const source = name
    .replaceAll('<coding>', '([a-z]+)')
    .replaceAll('<status>', '([45]\\d\\d)')
    .replaceAll(/<\w+>/g, '(\\d+)');
  return new RegExp(`^${source}$`);
}
