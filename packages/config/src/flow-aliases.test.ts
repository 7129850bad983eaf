import { describe, expect, test } from 'bun:test';
import { listFlowNotes } from './flow-aliases.ts';
import { loadConfig } from './load-config.ts';
import { toProblemText } from './problem.ts';

function configOf(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env: { HOME: '/home/ada', ...env }, file: null, workingDir: '/srv/nexus' });
  if (!loaded.ok) throw new Error(toProblemText(loaded.problems));
  return loaded.config;
}

describe('the names of a Flow proxy', () => {
  test('mean what they meant there', () => {
    const { server, forward, log, identity } = configOf({
      FLOW_PROXY_PORT: '8899',
      FLOW_PROXY_HOST: '0.0.0.0',
      FLOW_PROXY_LOG_LEVEL: 'WARNING',
      FLOW_PROXY_CLIENT_TIMEOUT: '120',
    });
    expect([forward.port, server.host, log.level, forward.idleTimeoutMs]).toEqual([8899, '0.0.0.0', 'warn', 120_000]);
    // It asked nobody for a key; an address that others reach needs one here.
    expect(identity.clientAuthRequired).toBe(true);
  });

  test('give way to ours', () => {
    const env = { FLOW_PROXY_PORT: '8899', FORWARD_PROXY_PORT: '9000', FLOW_PROXY_HOST: '0.0.0.0', HOST: '127.0.0.1' };
    const { server, forward } = configOf(env);
    expect([forward.port, server.host]).toEqual([9000, '127.0.0.1']);
  });

  test.each([
    ['0', 1_000],
    ['999999', 86_400_000],
    ['600', 600_000],
  ])('a time-out of %s s is %d ms', (text, ms) => {
    expect(configOf({ FLOW_PROXY_CLIENT_TIMEOUT: text }).forward.idleTimeoutMs).toBe(ms);
  });

  test('are named where they are wrong', () => {
    expect(() => configOf({ FLOW_PROXY_PORT: 'many' })).toThrow('FLOW_PROXY_PORT');
  });

  test('and the forward proxy needs a port of its own', () => {
    expect(() => configOf({ FLOW_PROXY_PORT: '3000' })).toThrow('FORWARD_PROXY_PORT');
  });

  test('are told of where they do nothing here', () => {
    const env = {
      FLOW_PROXY_NUM_WORKERS: '4',
      FLOW_PROXY_LOG_DIR: 'logs',
      FLOW_PROXY_PORT: '1',
      FLOW_PROXY_THREADED: '',
    };
    expect(listFlowNotes(env)).toEqual(['Without meaning here: FLOW_PROXY_LOG_DIR, FLOW_PROXY_NUM_WORKERS.']);
    expect(listFlowNotes({ FLOW_PROXY_SECRETS_FILE: 'secrets.json' })).toEqual([
      'FLOW_PROXY_SECRETS_FILE is not read at start; take its accounts over once: bun run nexus import flow secrets.json.',
    ]);
    expect(listFlowNotes({ PATH: '/bin' })).toEqual([]);
  });
});
