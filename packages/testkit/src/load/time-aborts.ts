import type { FakeClaude } from '../fake-claude/start-fake-claude.ts';
import { until } from '../until.ts';
import { connectRaw, toRawRequest } from './raw-request.ts';

const headers = [
  ['host', 'localhost'],
  ['x-api-key', 'sk-ant-test'],
  ['anthropic-version', '2023-06-01'],
] as const;

/** An answer that would go on for a minute: what ends it is its caller. */
const model = 'fake-stream-3000-20';

/**
 * Milliseconds from the moment a caller leaves in mid stream to the moment the fake hears of it, for `count` callers, one
 * after the other. Both ends are in this process and read one clock. `url` is a gateway before `fake`, with nobody else on it.
 */
export async function timeAborts({ url, fake, count }: TimedAborts): Promise<readonly number[]> {
  const times: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const target = `/v1/messages?timed=${nth}`;
    const connection = await connectRaw(url, { keep: false });
    const messages = [{ role: 'user', content: 'Go on.' }];
    await connection.write(
      toRawRequest(target, JSON.stringify({ model, max_tokens: 9, stream: true, messages }), headers),
    );
    await until('the answer streams', () => (connection.receivedBytes() > 1_000 ? true : null));
    const leftAtMs = performance.now();
    connection.leave(nth % 2 === 0 ? 'fin' : 'rst');
    const asked = fake.requests.find((request) => request.target === target);
    times.push((await until('the fake hears of it', () => asked?.endedAtMs)) - leftAtMs);
    await connection.closed;
  }
  return times;
}

export interface TimedAborts {
  readonly url: string;
  readonly fake: FakeClaude;
  readonly count: number;
}
