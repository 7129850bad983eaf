import type { Answer } from './answer.ts';
import type { Wire } from './http/wire.ts';

const crlf = '\r\n';
const lastChunk = Buffer.from('0\r\n\r\n');

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** What became of an answer. */
export interface Delivery {
  /** True where everything was sent as planned, breakage included; false where the caller left before. */
  readonly finished: boolean;
  readonly bodyBytes: number;
  readonly firstByteAtMs: number | null;
}

export function toHeadText(status: number, headers: Answer['headers']): string {
  let text = `HTTP/1.1 ${status} ${reasons[status] ?? 'Status'}${crlf}`;
  for (const [name, value] of headers) text += `${name}: ${value}${crlf}`;
  return text + crlf;
}

export interface DeliverOptions {
  /** False for HEAD. */
  readonly withBody: boolean;
  /** Resolves when a gate is open. */
  readonly passGate: (gate: number) => Promise<void>;
}

/** Writes an answer step by step. */
export async function deliver(wire: Wire, answer: Answer, { withBody, passGate }: DeliverOptions): Promise<Delivery> {
  const chunked = answer.framing.kind === 'chunked';
  const framing: readonly [string, string] =
    answer.framing.kind === 'chunked'
      ? ['transfer-encoding', 'chunked']
      : ['content-length', String(answer.framing.bytes)];
  let head: Buffer | null = Buffer.from(toHeadText(answer.status, [...answer.headers, framing]), 'latin1');
  let bodyBytes = 0;
  let firstByteAtMs: number | null = null;

  /** Sends bytes behind the head, which leaves together with the first of them. */
  async function send(bytes: Uint8Array): Promise<boolean> {
    const out = head === null ? bytes : Buffer.concat([head, bytes]);
    head = null;
    firstByteAtMs ??= performance.now();
    return wire.send(out);
  }

  const result = (finished: boolean): Delivery => ({ finished, bodyBytes, firstByteAtMs });
  if (!withBody) return result(await send(Buffer.alloc(0)));
  for await (const step of answer.steps) {
    if (step.do === 'end') break;
    if (step.do === 'cut' || step.do === 'reset') {
      if (head !== null) await send(Buffer.alloc(0));
      if (step.do === 'cut') wire.end();
      else wire.reset();
      return result(true);
    }
    if (step.do === 'wait' || step.do === 'gate') {
      if (head !== null && !(await send(Buffer.alloc(0)))) return result(false);
      const isThere = await (step.do === 'wait' ? wire.wait(step.ms) : wire.waitFor(passGate(step.gate)));
      if (!isThere) return result(false);
      continue;
    }
    if (step.bytes.length === 0) continue;
    bodyBytes += step.bytes.length;
    if (!(await send(chunked ? toChunk(step.bytes) : step.bytes))) return result(false);
  }
  if (chunked) return result(await send(lastChunk));
  return result(head === null || (await send(Buffer.alloc(0))));
}

export function toChunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(bytes.length.toString(16) + crlf, 'latin1'), bytes, Buffer.from(crlf, 'latin1')]);
}
