import type { MessagesBody } from '../messages-body.ts';
import { exampleOf } from './example-of.ts';
import { type ContentBlock, signThinking, textBlock, thinkingBlock, toolUseBlock } from './message.ts';

/** What an answer says. `interleaved` sends the deltas of all blocks in turn. */
export interface Content {
  readonly blocks: readonly ContentBlock[];
  readonly stopReason?: string;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly interleaved?: boolean;
}

interface ContentChoice {
  readonly about: string;
  readonly create: (body: MessagesBody) => Content;
}

const unicodeText = '日本語のテキスト、中文字符, 한국어 and emoji 👩‍👩‍👧‍👦🏳️‍🌈 𝒳 — “quotes”, \u2028 and a tab\t, done. ✅';

/** What the fake can say, by name; each is a shape of Claude's that a proxy must carry unchanged. */
export const CONTENTS = {
  echo: { about: 'The last user text again (the default).', create: (body) => ({ blocks: [textBlock(toEcho(body))] }) },
  text: { about: 'A short text.', create: () => ({ blocks: [textBlock('Hello from the fake Claude.')] }) },
  thinking: {
    about: 'Thinking with a signature, then text.',
    create: () => ({
      blocks: [
        thinkingBlock('The caller wants an answer. A short one is enough; "quotes" and \\ backslashes must survive.'),
        textBlock('I thought about it.'),
      ],
    }),
  },
  redacted: {
    about: 'Redacted thinking, thinking, then text.',
    create: () => ({
      blocks: [
        { type: 'redacted_thinking', data: `fakeredacted.${signThinking('redacted').repeat(4)}` },
        thinkingBlock('Visible again.'),
        textBlock('Some of the thinking is hidden.'),
      ],
    }),
  },
  tools: {
    about: 'One call of the first tool; once its result is there, text.',
    create: (body) => callTools(body, { count: 1 }),
  },
  'tools-parallel': {
    about: 'Three parallel tool calls with empty first deltas; then text.',
    create: (body) => callTools(body, { count: 3 }),
  },
  'tools-interleaved': {
    about: 'Thinking, then three tool calls whose deltas come in turn.',
    create: (body) => callTools(body, { count: 3, interleaved: true }),
  },
  'server-tools': {
    about: 'A web search at Claude’s side, its result, and cited text.',
    create: () => ({
      blocks: [
        {
          type: 'server_tool_use',
          id: 'srvtoolu_fake1',
          name: 'web_search',
          input: { query: 'claude nexus "gateway"' },
        },
        {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_fake1',
          content: [
            searchHit('https://example.com/a', 'First hit'),
            searchHit('https://example.com/b', 'Zweiter Treffer'),
          ],
        },
        citedText('Two pages say so.'),
      ],
      usage: { server_tool_use: { web_search_requests: 1 } },
    }),
  },
  citations: {
    about: 'Text with citations of a document.',
    create: () => ({ blocks: [textBlock('Before. '), citedText('The grass is green.'), textBlock(' After.')] }),
  },
  unicode: {
    about: 'CJK, emoji, joiners and escapes.',
    create: () => ({ blocks: [textBlock(unicodeText)] }),
  },
  compaction: {
    about: 'A compaction block, and usage iterations that the top level leaves out.',
    create: () => ({
      blocks: [{ type: 'compaction', content: 'Summary of what was said before.' }, textBlock('Going on.')],
      usage: {
        iterations: [
          { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500, cache_read_input_tokens: 0 },
          { type: 'message', input_tokens: 23_000, output_tokens: 40, cache_read_input_tokens: 0 },
        ],
      },
    }),
  },
  'unknown-block': {
    about: 'A block type that nobody knows yet.',
    create: () => ({
      blocks: [{ type: 'hologram', shape: { kind: 'cube' } }, textBlock('You may not know that block.')],
    }),
  },
  'max-tokens': {
    about: 'Text that stopped at max_tokens.',
    create: () => ({ blocks: [textBlock('This answer stops in the mid')], stopReason: 'max_tokens' }),
  },
  refusal: { about: 'A refusal.', create: () => ({ blocks: [textBlock('I will not.')], stopReason: 'refusal' }) },
  'cache-write': {
    about: 'Usage with five-minute and one-hour cache writes and reads.',
    create: () => ({
      blocks: [textBlock('Cached.')],
      usage: {
        input_tokens: 12,
        cache_read_input_tokens: 20_000,
        cache_creation_input_tokens: 700,
        cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 200 },
      },
    }),
  },
  reflect: {
    about: 'JSON of the received headers and the body’s SHA-256, as text.',
    create: (body) => ({ blocks: [textBlock(JSON.stringify(body.received))] }),
  },
} as const satisfies Record<string, ContentChoice>;

export type ContentName = keyof typeof CONTENTS;

export const CONTENT_NAMES: readonly ContentName[] = toNames(CONTENTS);

/** What is said without any sentinel: structured output where it was asked for, otherwise the echo. */
export function createDefaultContent(body: MessagesBody): Content {
  if (body.outputSchema !== null) return { blocks: [textBlock(JSON.stringify(exampleOf(body.outputSchema)))] };
  return CONTENTS.echo.create(body);
}

function toEcho(body: MessagesBody): string {
  const images = body.imageCount === 0 ? '' : ` (with ${body.imageCount} image${body.imageCount === 1 ? '' : 's'})`;
  return `You said: ${body.lastUserText.slice(0, 2000)}${images}`;
}

function callTools(body: MessagesBody, options: { count: number; interleaved?: boolean }): Content {
  if (body.lastToolResults.length > 0) {
    return { blocks: [textBlock(`The tools said: ${body.lastToolResults.join(' | ').slice(0, 2000)}`)] };
  }
  const interleaved = options.interleaved === true;
  const lead = interleaved ? thinkingBlock('Three things to look up at once.') : textBlock('Let me look.');
  const calls = Array.from({ length: options.count }, (_unused, index) => {
    const tool = body.tools[index % Math.max(1, body.tools.length)];
    if (tool === undefined)
      return toolUseBlock('get_weather', { city: ['Zürich "old town"', '東京\\', 'a\nb'][index % 3] });
    return toolUseBlock(tool.name, exampleOf(tool.inputSchema));
  });
  return { blocks: [lead, ...calls], stopReason: 'tool_use', interleaved };
}

function citedText(text: string): ContentBlock {
  const citation = {
    type: 'char_location',
    cited_text: 'The grass is green.',
    document_index: 0,
    document_title: 'Facts',
    start_char_index: 0,
    end_char_index: 19,
  };
  return { type: 'text', text, citations: [citation, { ...citation, start_char_index: 20, end_char_index: 36 }] };
}

function searchHit(url: string, title: string): Record<string, unknown> {
  return { type: 'web_search_result', url, title, encrypted_content: 'ZmFrZQ=='.repeat(20), page_age: '3 days ago' };
}

// `Object.keys` forgets its literals; the table above has no other keys, since it is a constant of this file.
function toNames(table: typeof CONTENTS): ContentName[] {
  return Object.keys(table).filter((name): name is ContentName => name in table);
}
