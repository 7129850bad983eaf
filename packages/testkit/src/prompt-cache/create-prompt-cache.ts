import { isJsonObject } from '../fake-claude/messages-body.ts';

/** What one request is to the cache, beside its body. Instants are epoch milliseconds. */
export interface CacheAsk {
  readonly account: string;
  readonly atMs: number;
  /** When its answer begins: what it writes can be read from then on. */
  readonly answeredAtMs: number;
}

/** Claude's prompt cache, as its documentation describes it, with a token for every four characters. */
export interface PromptCache {
  /** Reads and writes the cache for a parsed body of `/v1/messages`; gives `usage` as it stands on the wire. */
  ask(body: Readonly<Record<string, unknown>>, ask: CacheAsk): WireCacheUsage;
}

export interface WireCacheUsage {
  readonly [field: string]: unknown;
  readonly input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number };
  readonly output_tokens: number;
}

export interface PromptCacheOptions {
  /** Tokens below which nothing is cached. */
  readonly minimumTokens: number;
}

interface Entry {
  readonly readableFromMs: number;
  readonly ttlMs: number;
  expiresAtMs: number;
}

/** One position of a prompt: everything up to here has this key. */
interface Position {
  readonly key: string;
  /** Tokens of the prompt up to here. */
  readonly tokens: number;
  readonly ttlMs: number | null;
}

const LOOKBACK = 20;
const MINUTE_MS = 60_000;

export function createPromptCache({ minimumTokens }: PromptCacheOptions): PromptCache {
  const entries = new Map<string, Entry>();

  function findRead(positions: readonly Position[], atMs: number): number {
    const isLive = (at: number): boolean => {
      const entry = entries.get(positions[at]?.key ?? '');
      return entry !== undefined && entry.readableFromMs <= atMs && entry.expiresAtMs >= atMs;
    };
    const found = positions.flatMap(({ ttlMs }, marker) => {
      if (ttlMs === null) return [];
      return Array.from({ length: LOOKBACK }, (_, back) => marker - back).filter((at) => at >= 0 && isLive(at));
    });
    return Math.max(-1, ...found);
  }

  return {
    ask(body, { account, atMs, answeredAtMs }) {
      const positions = toPositions(body, account);
      const read = findRead(positions, atMs);
      const readTokens = positions[read]?.tokens ?? 0;
      const written = { hour: 0, minutes: 0 };
      let until = readTokens;
      for (const [at, { key, tokens, ttlMs }] of positions.entries()) {
        if (ttlMs === null || tokens < minimumTokens) continue;
        const entry = entries.get(key);
        if (at <= read && entry !== undefined) entry.expiresAtMs = Math.max(entry.expiresAtMs, atMs + entry.ttlMs);
        if (at <= read) continue;
        written[ttlMs > 5 * MINUTE_MS ? 'hour' : 'minutes'] += tokens - until;
        until = tokens;
        entries.set(key, { readableFromMs: answeredAtMs, ttlMs, expiresAtMs: answeredAtMs + ttlMs });
      }
      const entry = entries.get(positions[read]?.key ?? '');
      if (entry !== undefined) entry.expiresAtMs = Math.max(entry.expiresAtMs, atMs + entry.ttlMs);
      return {
        input_tokens: (positions.at(-1)?.tokens ?? 0) - until,
        cache_read_input_tokens: readTokens,
        cache_creation_input_tokens: written.hour + written.minutes,
        cache_creation: { ephemeral_5m_input_tokens: written.minutes, ephemeral_1h_input_tokens: written.hour },
        output_tokens: 7,
      };
    },
  };
}

/** The prompt piece by piece in Claude's order; settings change the key from the part on that depends on them. */
function toPositions(body: Readonly<Record<string, unknown>>, account: string): Position[] {
  const tools = toList(body['tools']);
  const system = toList(body['system']);
  const messages = toList(body['messages']).flatMap((message) => {
    const { role, content } = isJsonObject(message) ? message : {};
    return toList(content).map((block) => ({ role, block }));
  });
  const hasImages = JSON.stringify(messages).includes('"type":"image"');
  const { model, speed, tool_choice, thinking, output_config } = body;
  const parts = [
    { salt: [account, model], pieces: tools },
    { salt: [speed], pieces: system },
    { salt: [tool_choice, thinking, output_config, hasImages], pieces: messages },
  ];
  let key = '';
  let tokens = 0;
  return parts.flatMap(({ salt, pieces }) => {
    key = digest(key, JSON.stringify(salt));
    return pieces.map((piece): Position => {
      const text = JSON.stringify(piece, (name, value: unknown) => (name === 'cache_control' ? undefined : value));
      key = digest(key, text);
      tokens += Math.ceil(text.length / 4);
      return { key, tokens, ttlMs: findTtlMs(JSON.stringify(piece)) };
    });
  });
}

function digest(before: string, text: string): string {
  return new Bun.CryptoHasher('sha256').update(before).update(text).digest('hex');
}

function findTtlMs(text: string): number | null {
  if (!text.includes('"cache_control":{"type":"ephemeral"')) return null;
  return text.includes('"ttl":"1h"') ? 60 * MINUTE_MS : 5 * MINUTE_MS;
}

function toList(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  return Array.isArray(value) ? value : [];
}
