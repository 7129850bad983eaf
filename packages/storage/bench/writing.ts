/**
 * `bun packages/storage/bench/writing.ts [--records 20000] [--only equal]`: how many records a second the writer links
 * and writes when it is behind, and whether that falls with what is stored already.
 */
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import type { RecordedRequest } from '@nexus/core';
import { until } from '@nexus/testkit';
import { buildRecord, CONVERSATION, toId } from '../test/record.ts';
import { createWriterWorld } from '../test/writer-world.ts';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '20000' }, only: { type: 'string' } },
});
const records = Number(values.records);
const PARTS = 8;
/** As many as wait when the writer is behind. */
const WAITING = 1_000;
const SESSIONS = 50;
/** Requests end in another order than they began in; so many are in flight at once. */
const OVERLAP = 32;

type Traffic = (serial: number) => RecordedRequest;

const TRAFFICS: Readonly<Record<string, Traffic>> = {
  'equal openings of one session': (serial) => buildOpening(serial, 'session-equal'),
  'equal openings of nobody': (serial) => buildOpening(serial, null),
  'sessions that grow by a turn': buildTurn,
};

for (const [name, traffic] of Object.entries(TRAFFICS)) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  await run(name, traffic);
}

async function run(name: string, traffic: Traffic): Promise<void> {
  const world = await createWriterWorld();
  try {
    const writer = world.createWriter({
      limits: { memoryBytesMax: 64 * 1024 * 1024, spoolBytesMax: 1024 * 1024 * 1024, batchMs: 20 },
    });
    const rates: number[] = [];
    let serial = 0;
    const cpu = process.cpuUsage();
    const databaseBefore = readDatabaseUs();
    const totalMs = performance.now();
    for (let part = 0; part < PARTS; part += 1) {
      const startedMs = performance.now();
      for (const end = Math.floor((records * (part + 1)) / PARTS); serial < end;) {
        for (let at = 0; at < 100 && serial < end; at += 1) writer.append(traffic((serial += 1)));
        await until('there is room', () => (writer.stats().queuedRecords < WAITING ? true : null), 600_000);
      }
      if (part === PARTS - 1) await until('settled', () => (writer.stats().queuedRecords === 0 ? true : null), 600_000);
      rates.push(Math.round(records / PARTS / ((performance.now() - startedMs) / 1000)));
    }
    const took = performance.now() - totalMs;
    const used = process.cpuUsage(cpu);
    console.log(
      `${name}: ${Math.round((records / took) * 1000)}/s, parts ${rates.join(' ')}; ours ${Math.round((used.user + used.system) / records)} us, ` +
        `database ${Math.round((readDatabaseUs() - databaseBefore) / records)} us`,
    );
  } finally {
    await world.drop();
  }
}

function readDatabaseUs(): number {
  let ticks = 0;
  for (const pid of new Bun.Glob('[0-9]*').scanSync({ cwd: '/proc', onlyFiles: false })) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!line.startsWith('postgres:')) continue;
      if (!line.includes(`nexus_test_${process.pid}`)) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    } catch {
      continue;
    }
  }
  return ticks * 10_000;
}

function buildOpening(serial: number, sessionId: string | null): RecordedRequest {
  return buildSaid(serial, {
    sessionId,
    said: ['How many rivers reach the sea? '.repeat(26)],
    payloadId: CONVERSATION,
  });
}

function buildTurn(serial: number): RecordedRequest {
  const session = serial % SESSIONS;
  const round = Math.floor(serial / SESSIONS);
  const conversation = Math.floor(round / 40) * SESSIONS + session;
  const turn = round % 40;
  const said = Array.from({ length: turn * 2 + 1 }, (_, at) => `${conversation} says ${at} `.repeat(20));
  return buildSaid(serial, { sessionId: `session-${conversation}`, said, payloadId: toId(1_000_000, conversation) });
}

function buildSaid(
  serial: number,
  { sessionId, said, payloadId }: { sessionId: string | null; said: readonly string[]; payloadId: string },
): RecordedRequest {
  const messages = said.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));
  const next =
    said.length === 1 && !sessionId?.startsWith('session-')
      ? 'Many.'
      : `${sessionId?.slice(8)} says ${said.length} `.repeat(20);
  const answer = { role: 'assistant', content: [{ type: 'text', text: next }] };
  return buildRecord(
    serial,
    {
      sessionId,
      domain: 'bench.example',
      conversationId: payloadId,
      stream: false,
      startedAtMs: 1_763_380_800_000 + serial + ((serial * 7_919) % OVERLAP),
    },
    {
      requestHeaders: sessionId === null ? [] : [['x-claude-code-session-id', sessionId]],
      responseHeaders: [['content-type', 'application/json']],
      requestBody: Buffer.from(JSON.stringify({ model: 'm', max_tokens: 1024, messages })),
      responseBody: Buffer.from(JSON.stringify(answer)),
      responseTimings: [[0, 100]],
    },
  );
}
