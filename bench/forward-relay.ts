/*
 * `bun bench/forward-relay.ts [rounds] [megabytes] [--keep]`: what the forward proxy costs. One answer of so many megabytes and
 * many small ones, each way in turn: straight to the fake Claude, by PORT, by a blind tunnel, and by CONNECT that is intercepted.
 * Figures are medians of the rounds; on a machine with other work only their ratios mean something.
 */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFakeClaude, startGatewayProcess, toMedian } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';
import { readCpu } from './src/read-cpu.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const rounds = Number(positionals[0] ?? 5);
const megabytes = Number(positionals[1] ?? 128);
const hold = createHoldReport(
  'What the forward proxy costs',
  `bun bench/forward-relay.ts ${rounds} ${megabytes}`,
  'results-accounts.md',
);
/** Small answers one after the other, each on a connection of its own for CONNECT, as `curl` makes them. */
const SMALL = 200;

// `fetch` goes past a proxy for loopback where the environment says so.
for (const name of ['NO_PROXY', 'no_proxy']) Bun.env[name] = '';
const fake = await startFakeClaude({ requestsKeptMax: 1 });
const blind = await start({});
const intercepting = await start({ NEXUS_FORWARD_INTERCEPT: 'on' });
const authority = await readFile(join(intercepting.gateway.dataDir, 'secrets/forward-ca.pem'), 'utf8');
const ca = authority.slice(authority.indexOf('-----BEGIN CERTIFICATE-----'));

interface Way {
  readonly name: string;
  /** Whose processor time it costs; null for none of ours. */
  readonly pid: number | null;
  /** Asks for an answer, reads all of it, and gives its bytes. */
  readonly ask: (model: string) => Promise<number>;
}

const target = new URL(fake.url);
const forward = new URL(blind.forwardUrl);
/** A tunnel is compared with a socket, and what speaks HTTP with `fetch`. */
const WAYS: readonly Way[] = [
  { name: 'fetch, straight', pid: null, ask: (model) => askByFetch(fake.url, model, {}) },
  {
    name: 'fetch, by PORT',
    pid: blind.gateway.pid,
    ask: (model) => askByFetch(blind.gateway.proxyUrl, model, {}),
  },
  {
    name: 'fetch, absolute form',
    pid: blind.gateway.pid,
    ask: (model) => askByFetch(fake.url, model, { proxy: blind.forwardUrl }),
  },
  {
    name: 'fetch, intercepted',
    pid: intercepting.gateway.pid,
    ask: (model) =>
      askByFetch(fake.url.replace('http:', 'https:'), model, { proxy: intercepting.forwardUrl, tls: { ca } }),
  },
  { name: 'socket, straight', pid: null, ask: (model) => askBySocket(target, '', model) },
  {
    name: 'socket, blind tunnel',
    pid: blind.gateway.pid,
    ask: (model) => askBySocket(forward, `CONNECT ${target.host} HTTP/1.1\r\nHost: ${target.host}\r\n\r\n`, model),
  },
];

const figures = new Map(
  WAYS.map(({ name }) => [name, { perSecond: [] as number[], cpuMs: [] as number[], smallMs: [] as number[] }]),
);
for (let round = 0; round < rounds; round += 1) {
  for (const way of WAYS) {
    const kept = figures.get(way.name);
    const large = await measureLarge(way);
    kept?.perSecond.push(large.megabytesPerSecond);
    if (large.cpuMsPerMegabyte !== null) kept?.cpuMs.push(large.cpuMsPerMegabyte);
    kept?.smallMs.push(await measureSmall(way));
  }
}
for (const [name, { perSecond, cpuMs, smallMs }] of figures) {
  const straight = figures.get(`${name.split(',')[0]}, straight`);
  const [rate, small] = [toMedian(perSecond), toMedian(smallMs)];
  const share = ((100 * rate) / toMedian(straight?.perSecond ?? [rate])).toFixed(0);
  const added = (small - toMedian(straight?.smallMs ?? [small])).toFixed(2);
  const cpu = cpuMs.length === 0 ? '' : `, ${toMedian(cpuMs).toFixed(2)} ms of processor a MB`;
  hold.say(
    `${name.padEnd(21)} ${rate.toFixed(0).padStart(5)} MB/s (${share} %)${cpu}; 1 KB in ${small.toFixed(2)} ms (+${added})`,
  );
}
if (values.keep === true) hold.keep();
await blind.gateway.remove();
await intercepting.gateway.remove();
await fake.stop();

async function start(settings: Readonly<Record<string, string>>) {
  const gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    settings: { STORAGE_ENABLED: 'false', FORWARD_PROXY_PORT: '0', ANTHROPIC_API_KEY: 'sk-ant-bench', ...settings },
  });
  const forwardUrl = /Forward\s+(http\S+)/.exec(gateway.output())?.[1] ?? '';
  return { gateway, forwardUrl };
}

function toBody(model: string): string {
  return JSON.stringify({ model, max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }] });
}

async function askByFetch(url: string, model: string, options: BunFetchRequestInit): Promise<number> {
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': 'sk-ant-bench' },
    body: toBody(model),
    ...options,
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  let bytes = 0;
  for await (const piece of answer.body ?? []) bytes += piece.byteLength;
  return bytes;
}

/** One request on a connection of its own, behind a CONNECT where there is one. */
function askBySocket({ hostname, port }: URL, before: string, model: string): Promise<number> {
  const body = toBody(model);
  const request = `POST /v1/messages HTTP/1.1\r\nhost: ${target.host}\r\nx-api-key: sk-ant-bench\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let asked = before === '';
  let head = '';
  let bytesLeft: number | null = null;
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(asked ? request : before));
  socket.on('data', (piece: Uint8Array) => {
    if (!asked) {
      asked = true;
      socket.write(request);
      return;
    }
    if (bytesLeft === null) {
      head += Buffer.from(piece).toString('latin1');
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      const headEnd = head.indexOf('\r\n\r\n');
      if (length === undefined || headEnd === -1) return;
      bytesLeft = Number(length) - (head.length - headEnd - 4);
    } else bytesLeft -= piece.byteLength;
    if (bytesLeft <= 0) socket.destroy();
  });
  socket.once('error', reject);
  socket.once('close', () => resolve(Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)));
  return promise;
}

async function measureLarge({ pid, ask }: Way) {
  const before = pid === null ? null : readCpu([pid]).total;
  const startMs = performance.now();
  const bytes = await ask(`fake-bench-json-${megabytes * 1_000_000}`);
  const seconds = (performance.now() - startMs) / 1_000;
  const spentUs = pid === null || before === null ? null : readCpu([pid]).total - before;
  return {
    megabytesPerSecond: bytes / 1e6 / seconds,
    cpuMsPerMegabyte: spentUs === null ? null : spentUs / 1_000 / (bytes / 1e6),
  };
}

/** Milliseconds of a small answer, the median. */
async function measureSmall({ ask }: Way): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < SMALL; index += 1) {
    const startMs = performance.now();
    await ask('fake-bench-json-1000');
    times.push(performance.now() - startMs);
  }
  return toMedian(times);
}
