import { join } from 'node:path';
import { loadStorageStats, openStorage } from '@nexus/storage';
import { buildWholeConversation } from '../bodies.ts';
import { startNexus } from '../stacks/start-nexus.ts';
import { MEASURED_CORE, type World } from '../stacks/start-world.ts';
import { type Effort, type Scenario, type ScenarioResult, toFixed } from './scenario.ts';

const RATIO_MIN = 40;

/** How much smaller an agent's conversation is in the database than on the wire. */
export const storageRatio: Scenario = {
  name: 'storage',
  about: 'Size of one long conversation in the database',
  run,
};

async function run(world: World, effort: Effort): Promise<ScenarioResult> {
  const { upstreamUrl, databaseUrl, folder } = world;
  await using nexus = await startNexus({
    folder: join(folder, 'nexus'),
    core: MEASURED_CORE,
    upstreamUrl,
    databaseUrl,
  });
  const storage = openStorage({
    connection: world.connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 60_000,
    log: world.databaseLog,
  });
  const before = await loadStorageStats(storage);
  let rawBytes = 0;
  for (const body of buildWholeConversation(effort.turns)) {
    rawBytes += body.byteLength;
    await send(nexus.url, body);
  }
  await nexus.awaitRecorded();
  const after = await loadStorageStats(storage);
  await storage.close();
  const payload = after.payloadBytes - before.payloadBytes;
  const facts = after.factsBytes - before.factsBytes;
  const ratio = rawBytes / (payload + facts);
  return {
    title: `${effort.turns} turns of one conversation, tables and indexes that grew for it`,
    taken: 'Counted, not timed.',
    columns: ['request bodies MB', 'payload tables MB', 'facts tables MB', 'raw ÷ payload', 'raw ÷ all'],
    rows: [[toMb(rawBytes), toMb(payload), toMb(facts), toFixed(rawBytes / payload, 1), toFixed(ratio, 1)]],
    verdicts: [`raw ÷ stored = ${toFixed(ratio, 1)}, aim ≥ ${RATIO_MIN}: ${ratio >= RATIO_MIN ? 'met' : 'not met'}`],
  };
}

function toMb(bytes: number): string {
  return toFixed(bytes / 1e6, 2);
}

async function send(url: string, body: Uint8Array): Promise<void> {
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-ant-api03-key-of-the-bench',
    },
    body: new Uint8Array(body),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
}
