import { buildSmallBody } from '../bodies.ts';

export interface Sent {
  /** Zero where no answer came. */
  readonly status: number;
  /** The gateway's id of the exchange; empty where the answer had none. */
  readonly requestId: string;
  /** From sending until the answer was whole. */
  readonly ms: number;
}

export interface RateOptions {
  readonly url: string;
  readonly model: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Sends at a fixed rate, whether or not earlier requests were answered. */
export async function sendAtRate({ url, model, perSecond, seconds }: RateOptions): Promise<Sent[]> {
  const startMs = performance.now();
  const sent = Array.from({ length: perSecond * seconds }, async (_, index) => {
    const dueMs = startMs + (index * 1000) / perSecond;
    await Bun.sleep(Math.max(0, dueMs - performance.now()));
    const sentMs = performance.now();
    return { ...(await send(url, { model, index })), ms: performance.now() - sentMs };
  });
  return Promise.all(sent);
}

async function send(url: string, { model, index }: { model: string; index: number }): Promise<Omit<Sent, 'ms'>> {
  try {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-api-key': 'sk-ant-api03-key-of-the-bench',
        'x-claude-code-session-id': `session-${index % 50}`,
      },
      body: new Uint8Array(buildSmallBody(model, `question ${index}`)),
    });
    await answer.arrayBuffer();
    return { status: answer.status, requestId: answer.headers.get('x-nexus-request-id') ?? '' };
  } catch {
    return { status: 0, requestId: '' };
  }
}
