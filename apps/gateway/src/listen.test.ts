import { expect, test } from 'bun:test';
import { listen } from './listen.ts';

function open(port: number) {
  return listen({
    host: '127.0.0.1',
    port,
    setting: 'PORT',
    fetch: () => new Response('here'),
    onError: () => {},
    newId: () => 'id',
  });
}

test('a second gateway on the same port is refused with the setting to change, and takes no callers', async () => {
  const first = open(0);

  expect(() => open(first.port)).toThrow(
    `Port ${first.port} on 127.0.0.1 is taken. Stop what uses it, or choose another by PORT.`,
  );
  await first.destroy();
});
