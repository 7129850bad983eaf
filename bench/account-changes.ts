/*
 * `bun bench/account-changes.ts [streams] [seconds] [--keep]`: 500 callers stream one answer after the other while accounts are
 * added, given other keys and removed over the API, and their file is rewritten by hand. Every answer must be whole.
 */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type GatewayProcess, startFakeClaude, startGatewayProcess } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const streams = Number(positionals[0] ?? 500);
const seconds = Number(positionals[1] ?? 60);
const hold = createHoldReport(
  'Accounts that change under streams',
  `bun bench/account-changes.ts ${streams} ${seconds}`,
  'results-accounts.md',
);

const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-accounts-'));
const fake = await startFakeClaude({ requestsKeptMax: 1 });
await putFile(0);
const gateway = await startGatewayProcess({
  upstreamUrl: fake.url,
  settings: { STORAGE_ENABLED: 'false', CREDENTIALS_DIR: folder, LOG_LEVEL: 'error' },
});

const endsAt = performance.now() + seconds * 1_000;
const answers = { whole: 0, failed: 0, examples: new Set<string>() };
const callers = Array.from({ length: streams }, (_, index) => callAgain(index));
const changes = await changeAccounts();
await Promise.all(callers);

hold.say(
  `${streams} callers for ${seconds} s: ${answers.whole + answers.failed} streams of about 2 s, ${answers.failed} failed`,
);
hold.say(
  `meanwhile: ${changes.rewritten} rewritten files, ${changes.replaced} replaced keys, ${changes.added} accounts added, ${changes.removed} removed`,
);
for (const example of answers.examples) hold.say(`failed: ${example}`);
hold.say(answers.failed === 0 ? 'holds' : 'does not hold');
if (values.keep === true) hold.keep();
await gateway.remove();
await fake.stop();
await rm(folder, { recursive: true, force: true });
process.exitCode = answers.failed === 0 ? 0 : 1;

/** One caller: a stream on a connection of its own, and the next one when it is over. */
async function callAgain(index: number): Promise<void> {
  for (let turn = 0; performance.now() < endsAt; turn += 1) {
    const text = await runStream(gateway, `caller-${index}-${turn}`);
    if (text.startsWith('HTTP/1.1 200') && text.includes('message_stop')) answers.whole += 1;
    else {
      answers.failed += 1;
      if (answers.examples.size < 3) answers.examples.add(text.slice(0, 200).replaceAll(/\s+/g, ' '));
    }
  }
}

function runStream({ proxyUrl }: GatewayProcess, session: string): Promise<string> {
  const body = JSON.stringify({
    model: 'fake-stream-20-100',
    max_tokens: 1_000,
    stream: true,
    messages: [{ role: 'user', content: 'Say something.' }],
  });
  const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nanthropic-version: 2023-06-01\r\nx-claude-code-session-id: ${session}\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  const socket = connect(Number(new URL(proxyUrl).port), '127.0.0.1', () => socket.write(head + body));
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  socket.on('error', (error) => (text += String(error)));
  socket.on('close', () => resolve(text));
  return promise;
}

/** Whatever an operator does, again and again, as fast as it goes. */
async function changeAccounts() {
  const done = { rewritten: 0, replaced: 0, added: 0, removed: 0 };
  for (let round = 1; performance.now() < endsAt; round += 1) {
    await putFile(round);
    done.rewritten += 1;
    await ask('POST', '/api/accounts', { domain: 'default', accountId: `extra-${round}`, credential: toKey(round) });
    done.added += 1;
    await ask('POST', '/api/accounts/stays/credential', { credential: toKey(round + 0.5) });
    done.replaced += 1;
    await ask('DELETE', `/api/accounts/extra-${round}`);
    done.removed += 1;
  }
  return done;
}

function toKey(round: number) {
  return { type: 'api_key', api_key: `sk-ant-api03-of-round-${round}` };
}

/** Puts the file in place as editors and mounted secrets do: two accounts stay, two are new each time. */
async function putFile(round: number): Promise<void> {
  const path = join(folder, 'default.credentials.json');
  const ids = ['stays', 'rotates', `comes-${round}`, `goes-${round}`];
  const { type, api_key } = toKey(round);
  const accounts = ids.map((id) => ({ id, type, api_key }));
  const strategy = round % 2 === 0 ? 'sticky' : 'round-robin';
  await Bun.write(`${path}.new`, JSON.stringify({ strategy, accounts }));
  await rename(`${path}.new`, path);
}

async function ask(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(gateway.dashboardUrl + path, {
    method,
    headers: { 'x-dashboard-key': gateway.dashboardKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
}
