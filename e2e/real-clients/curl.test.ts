import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { createWorld, type World } from '../src/world.ts';

const boundMs = 60_000;
let world: World;

beforeAll(async () => {
  world = await createWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

afterEach(() => {
  world.fake.reset();
});

describe('curl', () => {
  test(
    'completes a streaming tool loop by hand',
    async () => {
      const question = { role: 'user', content: 'How is the weather?' };
      const first = await curl({ model: 'fake-tools', max_tokens: 100, stream: true, messages: [question] });
      const call = /"id":"(toolu_\w+)"/.exec(first)?.[1];
      expect(first).toContain('"stop_reason":"tool_use"');
      const second = await curl({
        model: 'fake-tools',
        max_tokens: 100,
        stream: true,
        messages: [
          question,
          { role: 'assistant', content: [{ type: 'tool_use', id: call, name: 'get_weather', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: call, content: 'rain' }] },
        ],
      });
      expect(toText(second)).toBe('The tools said: rain');
      expect(second.trimEnd().endsWith('data: {"type":"message_stop"}')).toBe(true);
      const rows = await world.recorded();
      if (world.gateway === null) return;
      expect(rows).toMatchObject([
        { stopReason: 'tool_use', toolNames: ['get_weather'], outcome: 'completed' },
        { stopReason: 'end_turn', toolNames: [], outcome: 'completed' },
      ]);
    },
    boundMs,
  );

  test(
    'decodes every encoding that it asks for',
    async () => {
      for (const encoding of ['gzip', 'br', 'deflate', 'zstd']) {
        const body = { model: `fake-unicode+encoding-${encoding}`, max_tokens: 9, stream: true, messages: hello };
        expect(toText(await curl(body, ['--compressed']))).toContain('한국어');
      }
      await world.recorded();
    },
    boundMs,
  );

  test(
    'uploads with Expect: 100-continue and chunked bodies',
    async () => {
      const body = { model: 'claude-x', max_tokens: 9, messages: [{ role: 'user', content: 'long '.repeat(300_000) }] };
      const answer = await curl(body, ['-H', 'Transfer-Encoding: chunked', '-H', 'Expect: 100-continue']);
      expect(answer).toContain('You said: long long');
      expect(world.fake.requests[0]?.json()).toEqual(body);
      await world.recorded();
    },
    boundMs,
  );
});

const standing = '--silent --show-error --fail-with-body --no-buffer --max-time 30 --noproxy *'.split(' ');
const hello = [{ role: 'user', content: 'Hello.' }];

async function curl(body: unknown, args: readonly string[] = []): Promise<string> {
  const headers = ['x-api-key: sk-ant-test', 'anthropic-version: 2023-06-01', 'content-type: application/json'];
  const child = Bun.spawn(
    [
      'curl',
      ...standing,
      ...headers.flatMap((header) => ['-H', header]),
      ...args,
      '--data-binary',
      '@-',
      `${world.baseUrl}/v1/messages`,
    ],
    { stdin: Buffer.from(JSON.stringify(body)), stdout: 'pipe', stderr: 'pipe' },
  );
  const [said, saidWrong, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`curl ended with ${code}: ${saidWrong}${said}`);
  return said;
}

/** The text of a stream, as a person would put it together. */
function toText(stream: string): string {
  return [...stream.matchAll(/^data: (\{.*"text_delta".*\})$/gm)]
    .map((match) => JSON.parse(match[1] ?? '{}').delta.text)
    .join('');
}
