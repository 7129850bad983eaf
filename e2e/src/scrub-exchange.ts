/** One exchange as it passed. */
export interface Seen {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
  readonly answer: string;
}

const HEADERS_KEPT = /^(user-agent|content-type|anthropic-version|x-app|x-claude-code-.*)$/;
/** What is longer is a client's own prompt; its beginning is enough to know it by. */
const TEXT_LENGTH_MAX = 160;
const FIRST_AT_MS = Date.UTC(2026, 10, 20, 21, 0, 0);

/**
 * Makes an exchange fit to be kept: on a fixed day, with ids that mean nothing, and without the long
 * texts of Claude Code. The same is always written alike, so that what was equal stays equal.
 */
export function createScrubber(all: readonly Seen[]): (one: Seen) => unknown {
  const text = JSON.stringify(all);
  const sessions = [
    ...new Set([...text.matchAll(/session_id\\*":\\*"([0-9a-f-]{36})/g)].map((match) => match[1] ?? '')),
  ];
  const devices = [...new Set([...text.matchAll(/device_id\\*":\\*"([0-9a-f]{64})/g)].map((match) => match[1] ?? ''))];
  const names = [
    ...sessions.map((id, at) => [id, `5e551044-0000-4000-8000-${String(at + 1).padStart(12, '0')}`] as const),
    ...devices.map((id) => [id, 'd5'.repeat(32)] as const),
  ];
  const rename = (words: string): string => names.reduce((so, [from, to]) => so.replaceAll(from, to), words);
  const firstAtMs = Math.min(...all.map(({ startedAtMs }) => startedAtMs));
  return ({ startedAtMs, endedAtMs, path, headers, body, answer }) => ({
    startedAtMs: FIRST_AT_MS + startedAtMs - firstAtMs,
    endedAtMs: FIRST_AT_MS + endedAtMs - firstAtMs,
    path,
    headers: headers.filter(([name]) => HEADERS_KEPT.test(name)).map(([name, value]) => [name, rename(value)]),
    body: shorten(JSON.parse(rename(body ?? 'null'))),
    answer: rename(answer),
  });
}

/** The same value with every text in it cut, and tools down to their names. */
function shorten(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'user_id' ? value : shortenText(value);
  if (Array.isArray(value)) return key === 'tools' ? value.map(toBareTool) : value.map((one) => shorten(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shorten(one, name)]));
}

function toBareTool(tool: unknown): unknown {
  const { name, type } = Object(tool);
  return { ...(type === undefined ? {} : { type }), name, input_schema: { type: 'object' } };
}

/** Summaries and news stay whole, for they are what requests are known by. */
function shortenText(text: string): string {
  if (text.startsWith('This session is being continued')) return text;
  if (!text.includes('</system-reminder>')) return cut(text);
  return text.replaceAll(/(?<=<system-reminder>)[\s\S]*?(?=<\/system-reminder>)/g, (words) => {
    const news = words.indexOf('<task-notification>');
    return news === -1 ? cut(words) : cut(words.slice(0, news)) + words.slice(news);
  });
}

function cut(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX)} […]`;
}
