import type { Logger } from '@nexus/telemetry';
import { createRedisConnection } from './redis-connection.ts';
import type { RedisLink } from './redis-link.ts';

/** Short texts from any process to all of them, this one among them. Nothing is kept: who is away hears nothing. */
export interface Channel {
  /** Nobody waits for it; it is lost where it cannot be told now. */
  publish(text: string): void;
  listen(listener: ChannelListener): void;
  close(): void;
}

export interface ChannelListener {
  onText(text: string): void;
  /** Listening began, perhaps anew: what was told before was not heard. */
  onOpen(): void;
}

export interface RedisChannelOptions {
  readonly url: string;
  readonly name: string;
  /** What is told goes this way: a connection that listens can do nothing else. */
  readonly link: RedisLink;
  readonly log: Logger;
}

export function createRedisChannel({ url, name, link, log }: RedisChannelOptions): Channel {
  const listeners: ChannelListener[] = [];
  const connection = createRedisConnection({
    url,
    purpose: 'live feed',
    onOpen: async (client) => {
      await client.subscribe(name, (text) => {
        for (const listener of listeners) listener.onText(text);
      });
      for (const listener of listeners) listener.onOpen();
    },
    log,
  });
  return {
    publish: (text) => void link.ask('PUBLISH', [name, text], { patient: true }).catch(() => {}),
    listen: (listener) => void listeners.push(listener),
    close: () => connection.close(),
  };
}
