/** What the fake's own tests send; everything can be overridden. */
export interface TestMessage {
  readonly model?: string;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly path?: string;
}

/** `POST /v1/messages` with a good key, version and body. */
export function sendMessage(url: string, message: TestMessage = {}): Promise<Response> {
  return fetch(url + (message.path ?? '/v1/messages'), {
    method: 'POST',
    headers: { 'x-api-key': 'sk-ant-test', 'anthropic-version': '2023-06-01', ...message.headers },
    body: JSON.stringify({
      model: message.model ?? 'claude-sonnet-5-5',
      max_tokens: 100,
      stream: message.stream ?? true,
      messages: [{ role: 'user', content: 'Hello there.' }],
      ...message.body,
    }),
    ...(message.signal === undefined ? {} : { signal: message.signal }),
  });
}

/** The events of a stream, by name, with their parsed data. */
export function toEventList(text: string): { event: string; data: Record<string, unknown> }[] {
  return text
    .split(/(?:\r\n\r\n|\n\n|\r\r)/)
    .filter((frame) => frame.includes('data:'))
    .map((frame) => ({
      event: /^event: (.+?)$/m.exec(frame.replaceAll(/\r\n?/g, '\n'))?.[1] ?? '',
      data: JSON.parse(/^data: (.+)$/m.exec(frame.replaceAll(/\r\n?/g, '\n'))?.[1] ?? 'null'),
    }));
}
