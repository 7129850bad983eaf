import { expect, test } from 'bun:test';
import { loadConfig } from '@nexus/config';
import { CLAUDE_PRICES } from '@nexus/core';
import { startFakeClaude } from '@nexus/testkit';
import { createMetrics, createSilentLogger } from '@nexus/telemetry';
import { createAccounts } from '../../src/create-accounts.ts';
import { createProxy } from '../../src/create-proxy.ts';
import { openCredentialFolder } from '../../src/identity/credential-folder.ts';
import { createKeyIndex } from '../../src/identity/key-index.ts';
import { listen } from '../../src/listen.ts';
import { createLiveFeed } from '../../src/live/create-live-feed.ts';
import { createRecorder } from '../../src/recorder/create-recorder.ts';
import { createWorld } from '../../src/world.ts';
import { toMessagesRequest } from '../support/start-test-gateway.ts';

test('the server’s own idle time-out cuts neither a long wait for the first byte nor silence in a stream', async () => {
  const fake = await startFakeClaude();
  const env = { HOME: '/nonexistent', CLAUDE_API_BASE_URL: fake.url, ANTHROPIC_API_KEY: 'sk-ant-api03-x' };
  const loaded = loadConfig({ env, file: null });
  if (!loaded.ok) throw new Error('the settings of this test are wrong');
  const log = createSilentLogger();
  const world = createWorld({});
  const limits = { spoolBytesMax: 1e6, recorderBytesMax: 1e6, responseBytesMax: 1e6 };
  const recorder = createRecorder({ spoolDir: null, connection: null, prepared: true, limits, log });
  const folder = await openCredentialFolder({ folder: '/nonexistent', log });
  const keys = createKeyIndex({
    loadKeys: async () => [],
    copy: { read: () => null, write: () => false },
    saveUses: async () => true,
    salt: '',
    clock: world.clock,
    log,
  });
  const live = createLiveFeed({ clock: world.clock, ringMax: 10, watchersMax: 1, processToken: 'test' });
  const metrics = createMetrics();
  const { config } = loaded;
  const accounts = createAccounts({ config, world, folder, storage: () => null, redis: null, live, metrics, log });
  const proxy = createProxy({
    config,
    world,
    folder,
    keys,
    limiter: { admit: () => null },
    prices: CLAUDE_PRICES,
    accounts,
    recorder,
    live,
    metrics,
    log,
  });
  const listener = listen({
    host: '127.0.0.1',
    port: 0,
    setting: 'PORT',
    // The shortest there is: Bun looks once in a few seconds, so anything silent for longer would be cut.
    idleSeconds: 1,
    fetch: (request, server) => proxy.pipeline.handle(request, server),
    onError: () => {},
    newId: world.newId,
  });
  const answers = await Promise.all(
    ['fake-headers-after-9000', 'fake-silence-9'].map(async (model) => {
      const answer = await fetch(`${listener.url}/v1/messages`, toMessagesRequest(model, { stream: true }));
      return answer.text();
    }),
  );
  for (const text of answers) expect(text).toContain('message_stop');
  await listener.destroy();
  proxy.close();
  await accounts.close();
  await keys.close();
  folder.close();
  live.close();
  await recorder.close(100);
  await fake.stop();
}, 60_000);
