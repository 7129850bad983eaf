import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function readReadiness(of: ApiWorld): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${of.apiUrl}/readyz`);
  return { status: answer.status, body: await answer.json() };
}

describe('health', () => {
  test.each(['/health', '/healthz'])('%s answers anybody, and tells nothing', async (path) => {
    const answer = await fetch(world.apiUrl + path);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', service: 'claude-nexus' });
  });

  test('/readyz is ready with a database', async () => {
    expect(await readReadiness(world)).toEqual({
      status: 200,
      body: { ready: true, database: 'ok', redis: 'off', recorder: 'writing' },
    });
  });

  test('/readyz is not ready while the database starts, and while the process drains', async () => {
    const starting = await startApiWorld({ database: false });
    const draining = await startApiWorld({ override: { draining: () => true } });
    const answers = [await readReadiness(starting), await readReadiness(draining)];
    await Promise.all([starting.stop(), draining.stop()]);

    expect(answers).toEqual([
      { status: 503, body: { ready: false, database: 'starting', redis: 'off', recorder: 'writing' } },
      { status: 503, body: { ready: false, database: 'ok', redis: 'off', recorder: 'writing' } },
    ]);
  });

  test('/readyz stays ready when the database goes away, since exchanges go on', async () => {
    let isAway = false;
    const losing = await startApiWorld({
      override: { storage: () => (isAway ? null : world.storage) },
    });
    const before = await readReadiness(losing);
    isAway = true;
    losing.passTime(1001);
    const after = await readReadiness(losing);
    await losing.stop();

    expect(before.body).toMatchObject({ database: 'ok' });
    expect(after).toEqual({ status: 200, body: { ready: true, database: 'away', redis: 'off', recorder: 'writing' } });
  });

  test('/readyz is ready without storage where it is switched off by name', async () => {
    const off = await startApiWorld({ database: false, env: { STORAGE_ENABLED: 'false' } });
    const answer = await readReadiness(off);
    await off.stop();

    expect(answer.body).toMatchObject({ ready: true, database: 'off' });
  });

  test('/metrics and /openapi.json answer those who may ask', async () => {
    const metrics = await fetch(`${world.apiUrl}/metrics`, withKey);
    const openApi = await fetch(`${world.apiUrl}/openapi.json`, withKey);

    expect(metrics.headers.get('content-type')).toStartWith('text/plain; version=0.0.4');
    expect(await metrics.text()).toContain('nexus_test');
    expect(await openApi.json()).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0-test' } });
  });
});
