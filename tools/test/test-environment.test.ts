import { expect, test } from 'bun:test';
import { toTestEnvironment } from '../src/test-environment.ts';

test('tests do not see the settings of a person’s own gateway, and reach loopback without a proxy', () => {
  const environment = toTestEnvironment({
    PATH: '/bin',
    HOME: '/root',
    HTTP_PROXY: 'http://proxy:1',
    DATABASE_URL: 'postgres://prod',
    ANTHROPIC_API_KEY: 'sk-ant-real',
    CLAUDE_API_BASE_URL: 'https://example.com',
    NEXUS_DATA_DIR: '/data',
    PGHOST: 'prod',
  });
  expect(environment).toEqual({
    PATH: '/bin',
    HOME: '/root',
    HTTP_PROXY: 'http://proxy:1',
    NO_PROXY: '127.0.0.1,::1,localhost',
    no_proxy: '127.0.0.1,::1,localhost',
  });
});
