import { readFileSync } from 'node:fs';
import { connectRaw, toRawRequest } from './raw-request.ts';

export interface SlowReadersOptions {
  readonly url: string;
  /** Resident memory is read of this process. */
  readonly pid: number;
  readonly readers: number;
  /** Bytes of the stream that each reader asks for. */
  readonly streamBytes: number;
  readonly readBytesPerSecond: number;
  readonly durationMs: number;
}

export interface SlowReadersReport {
  readonly residentBefore: number;
  readonly residentMax: number;
  /** Bytes that all readers took. */
  readonly readBytes: number;
  /** First-event times of an ordinary caller: before, and while the slow ones read. */
  readonly firstEventMsBefore: readonly number[];
  readonly firstEventMsDuring: readonly number[];
}

const headers = [
  ['host', 'localhost'],
  ['x-api-key', 'sk-ant-test'],
  ['anthropic-version', '2023-06-01'],
] as const;
const probes = 20;
const probesMin = 5;
const tickMs = 100;

/** Many callers that read slowly what Claude sends fast, and one ordinary caller beside them. */
export async function runSlowReaders(options: SlowReadersOptions): Promise<SlowReadersReport> {
  const firstEventMsBefore = await probe(options.url);
  const residentBefore = readResidentBytes(options.pid);
  const connections = await Promise.all(Array.from({ length: options.readers }, () => startSlowReader(options)));
  const endsAtMs = performance.now() + options.durationMs;
  const firstEventMsDuring: number[] = [];
  let residentMax = 0;
  // A busy machine may need longer for the first answers; a report on none of them would say nothing.
  while (performance.now() < endsAtMs || firstEventMsDuring.length < probesMin) {
    residentMax = Math.max(residentMax, readResidentBytes(options.pid));
    if (firstEventMsDuring.length < probes) firstEventMsDuring.push(await firstEventMs(options.url));
    await Bun.sleep(tickMs);
  }
  const readBytes = connections.reduce((sum, connection) => sum + connection.receivedBytes(), 0);
  for (const connection of connections) connection.stop();
  return { residentBefore, residentMax, readBytes, firstEventMsBefore, firstEventMsDuring };
}

/** The middle value; of an even count the upper one. */
export function toMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function startSlowReader({ url, streamBytes, readBytesPerSecond }: SlowReadersOptions) {
  const connection = await connectRaw(url, { keep: false });
  const body = JSON.stringify({
    model: `fake-bytes-${streamBytes}`,
    max_tokens: 9,
    stream: true,
    messages: [{ role: 'user', content: 'A long story.' }],
  });
  await connection.write(toRawRequest('/v1/messages?slow=1', body, headers));
  // The kernel's buffers take some hundred KB at once; after that the reader opens for a moment whenever it is behind.
  const startedAtMs = performance.now();
  const timer = setInterval(() => {
    const allowed = ((performance.now() - startedAtMs) / 1000) * readBytesPerSecond;
    if (connection.receivedBytes() > allowed) connection.pause();
    else connection.resume();
  }, tickMs);
  return {
    receivedBytes: () => connection.receivedBytes(),
    stop() {
      clearInterval(timer);
      connection.leave('rst');
    },
  };
}

async function probe(url: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < probes; count++) times.push(await firstEventMs(url));
  return times;
}

async function firstEventMs(url: string): Promise<number> {
  const startedAtMs = performance.now();
  const answer = await fetch(`${url}/v1/messages?probe=1`, {
    method: 'POST',
    headers: Object.fromEntries(headers.slice(1)),
    body: JSON.stringify({
      model: 'fake-text',
      max_tokens: 9,
      stream: true,
      messages: [{ role: 'user', content: 'Quick.' }],
    }),
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  const elapsedMs = performance.now() - startedAtMs;
  await reader?.cancel();
  return elapsedMs;
}

/** Resident memory of a process in bytes; 0 where the system does not tell. */
export function readResidentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
