import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import Anthropic1 from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import { until } from '@nexus/testkit';
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

const apiKey = 'sk-ant-test-of-the-caller';
const weatherTool = {
  name: 'get_weather',
  description: 'Tells the weather.',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

const generations = [
  { name: '@anthropic-ai/sdk 1.x', sdk: Anthropic1, version: '2026-10-21', keyHeader: 'authorization' },
  { name: '@anthropic-ai/sdk 0.x', sdk: toLatest(Anthropic0), version: '2023-06-01', keyHeader: 'x-api-key' },
];

for (const { name, sdk: Anthropic, version, keyHeader } of generations) {
  const create = () => new Anthropic({ baseURL: world.baseUrl, apiKey, maxRetries: 2 });

  describe(name, () => {
    test(
      'completes a streaming loop of parallel tool calls with thinking',
      async () => {
        const client = create();
        const question = { role: 'user' as const, content: 'How is the weather in three places?' };
        const request = { model: 'fake-tools-interleaved', max_tokens: 1024, tools: [weatherTool] };
        const first = await client.messages.stream({ ...request, messages: [question] }).finalMessage();
        expect(first.stop_reason).toBe('tool_use');
        expect(first.content.map((block) => block.type)).toEqual(['thinking', 'tool_use', 'tool_use', 'tool_use']);
        const results = first.content
          .filter((block) => block.type === 'tool_use')
          .map((block) => ({ type: 'tool_result' as const, tool_use_id: block.id, content: `sunny in ${block.id}` }));
        const turns = [question, { role: 'assistant' as const, content: first.content }];
        const second = await client.messages
          .stream({ ...request, messages: [...turns, { role: 'user' as const, content: results }] })
          .finalMessage();
        expect(second.stop_reason).toBe('end_turn');
        const [answer] = second.content;
        expect(answer?.type === 'text' ? answer.text : null).toBe(
          `The tools said: ${results.map((result) => result.content).join(' | ')}`,
        );
        expect(world.fake.requests.map((received) => received.header('anthropic-version'))).toEqual([version, version]);
        expect(world.fake.requests.every((received) => received.header(keyHeader)?.includes(apiKey))).toBe(true);
        const rows = await world.recorded();
        if (world.gateway === null) return;
        expect(rows).toMatchObject([
          {
            outcome: 'completed',
            stopReason: 'tool_use',
            toolNames: ['get_weather', 'get_weather', 'get_weather'],
            stream: true,
          },
          { outcome: 'completed', stopReason: 'end_turn', toolNames: [], stream: true },
        ]);
        expect(rows.map((row) => row.usage?.outputTokens)).toEqual([
          first.usage.output_tokens,
          second.usage.output_tokens,
        ]);
      },
      boundMs,
    );

    test(
      'reads answers that are encoded, in tiny chunks, or full of things it does not know',
      async () => {
        const client = create();
        for (const how of ['encoding-gzip', 'encoding-br', 'chunk-1', 'crlf', 'unknown-events']) {
          const message = await client.messages
            .stream({
              model: `fake-unicode+${how}`,
              max_tokens: 10,
              messages: [{ role: 'user', content: 'Say something in many scripts.' }],
            })
            .finalMessage();
          const [block] = message.content;
          expect(block?.type === 'text' ? block.text : how).toContain(
            '日本語のテキスト、中文字符, 한국어 and emoji 👩‍👩‍👧‍👦',
          );
        }
        const rows = await world.recorded();
        expect(rows.every((row) => row.outcome === 'completed')).toBe(true);
      },
      boundMs,
    );

    test(
      'tries again after 529, and gets a plain answer',
      async () => {
        const client = create();
        world.fake.script([{ error: { status: 529 }, headers: [['retry-after-ms', '10']] }, { content: 'Here I am.' }]);
        const messages = [{ role: 'user' as const, content: 'Are you there?' }];
        const message = await client.messages.create({ model: 'claude-sonnet-5-5', max_tokens: 10, messages });
        expect(message.content).toMatchObject([{ type: 'text', text: 'Here I am.' }]);
        const rows = await world.recorded();
        if (world.gateway === null) return;
        expect(rows).toMatchObject([
          { outcome: 'upstream-error', status: 529 },
          { outcome: 'completed', status: 200 },
        ]);
      },
      boundMs,
    );

    test(
      'counts tokens, lists models over pages, and runs a batch',
      async () => {
        const client = create();
        const messages = [{ role: 'user' as const, content: 'How long is this?' }];
        const count = await client.messages.countTokens({ model: 'claude-sonnet-5-5', messages });
        expect(count.input_tokens).toBeGreaterThan(0);
        const ids: string[] = [];
        for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
        expect(ids).toContain('claude-fake-echo');
        expect(ids).toHaveLength(5);
        const params = { model: 'claude-sonnet-5-5', max_tokens: 10, messages };
        const batch = await client.messages.batches.create({ requests: [{ custom_id: 'one', params }] });
        expect(await client.messages.batches.retrieve(batch.id)).toMatchObject({ processing_status: 'ended' });
        await world.recorded();
      },
      boundMs,
    );

    test(
      'sees Claude’s own errors with their ids',
      async () => {
        const client = create();
        const messages = [{ role: 'user' as const, content: 'No.' }];
        const failing = client.messages.create({ model: 'fake-403', max_tokens: 10, messages });
        const error: unknown = await failing.then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({
          status: 403,
          requestID: world.fake.requests[0]?.requestId,
          error: { type: 'error', error: { type: 'permission_error' } },
        });
      },
      boundMs,
    );

    test(
      'leaves in mid stream, and Claude stops at once',
      async () => {
        const client = create();
        const stream = client.messages.stream({
          model: 'fake-stream-200-20',
          max_tokens: 10,
          messages: [{ role: 'user', content: 'Talk for a while.' }],
        });
        await new Promise<void>((resolve) => {
          stream.once('text', () => resolve());
        });
        stream.abort();
        await stream.done().catch(() => {});
        const [request] = world.fake.requests;
        await until('the fake sees the caller leave', () => request?.outcome, 1000);
        expect(request?.outcome).toBe('aborted');
        const rows = await world.recorded();
        if (world.gateway !== null) expect(rows).toMatchObject([{ outcome: 'aborted' }]);
      },
      boundMs,
    );
  });
}

/** The two generations have types of their own but the same calls, so the tests are written against 1.x. */
function toLatest(sdk: unknown): typeof Anthropic1 {
  if (hasSameCalls(sdk)) return sdk;
  throw new TypeError('not an SDK of Anthropic');
}

function hasSameCalls(sdk: unknown): sdk is typeof Anthropic1 {
  return typeof sdk === 'function' && 'Messages' in sdk && 'APIError' in sdk;
}
