import type { AskOptions, RedisLink } from './redis-link.ts';

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  /** @throws {Error} as `RedisLink.ask`, and where the script fails. */
  run(keys: readonly string[], args: readonly string[], options?: AskOptions): Promise<unknown>;
}

/** Redis keeps scripts by their hash, and forgets them when it begins anew: then the whole text is sent once. */
export function createRedisScript(link: RedisLink, source: string): RedisScript {
  const hash = new Bun.CryptoHasher('sha1').update(source).digest('hex');
  return {
    run: async (keys, args, options) => {
      const rest = [`${keys.length}`, ...keys, ...args];
      try {
        return await link.ask('EVALSHA', [hash, ...rest], options);
      } catch (error) {
        // Nothing of an unknown script has run.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return link.ask('EVAL', [source, ...rest], options);
      }
    },
  };
}
