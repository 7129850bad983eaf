import { maskSecretText } from '@nexus/anthropic';
import { z } from 'zod';
import { MintError } from './mint.ts';

/** The part of `fetch` that tokens are asked with. */
export type TokenFetch = (url: string, options: BunFetchRequestInit) => Promise<Response>;

/** One question to a token endpoint. */
export interface TokenQuestion {
  readonly url: string;
  readonly encoding: 'form' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

/** Longest wait for a token endpoint, in milliseconds. */
const ANSWER_MS_MAX = 10_000;
const ANSWER_CHARACTERS_MAX = 262_144;

const Answer = z.record(z.string(), z.unknown());
export type TokenAnswer = z.output<typeof Answer>;

/** The endpoint refused for good: the grant, the client or the question is wrong, not the moment. */
export class TokenRefusal extends MintError {
  constructor(because: string) {
    super(because, { final: true });
    this.name = 'TokenRefusal';
  }
}

/**
 * Asks a token endpoint (RFC 6749 §5). Follows no redirect: the secret would travel on with it.
 * @throws {TokenRefusal} on 400, 401, 403; {MintError} on everything else that gave no answer to use.
 */
export async function requestToken(
  question: TokenQuestion,
  { fetch, signal }: { readonly fetch: TokenFetch; readonly signal: AbortSignal },
): Promise<TokenAnswer> {
  const host = new URL(question.url).host;
  const isJson = question.encoding === 'json';
  const body = isJson ? JSON.stringify(question.fields) : new URLSearchParams({ ...question.fields }).toString();
  let status: number;
  let text: string;
  try {
    const response = await fetch(question.url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        ...question.headers,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    status = response.status;
    text = await readBounded(response);
  } catch (cause) {
    throw new MintError(`${host} did not answer (${toProblem(cause)})`, { cause });
  }
  return readAnswer({ host, status, text }, question);
}

function readAnswer(
  { host, status, text }: { host: string; status: number; text: string },
  question: TokenQuestion,
): TokenAnswer {
  if (status >= 300 && status < 400) throw new MintError(`${host} redirects, and secrets follow no redirect`);
  const parsed = Answer.safeParse(parseJson(text));
  const answer = parsed.success ? parsed.data : {};
  if (status === 200 || status === 201) {
    if (parsed.success) return answer;
    throw new MintError(`${host} answered ${status} with something that is no JSON object`);
  }
  const because = `${host} answered ${status}${toReason(answer, question)}`;
  throw status === 400 || status === 401 || status === 403 ? new TokenRefusal(because) : new MintError(because);
}

/** `error` and `error_description` of RFC 6749 §5.2, or the message of Claude's error shape; bounded and masked. */
function toReason(answer: TokenAnswer, question: TokenQuestion): string {
  const { error, error_description: description } = answer;
  const nested = Answer.safeParse(error);
  const words = nested.success ? [nested.data['type'], nested.data['message']] : [error, description];
  const told = words.filter((word): word is string => typeof word === 'string' && word !== '');
  if (told.length === 0) return '';
  const text = hideSent(maskSecretText(told.join(', ')), question).replaceAll(/[^\x20-\x7e]/g, '?');
  return `: ${text.slice(0, REASON_CHARACTERS_MAX)}`;
}

const REASON_CHARACTERS_MAX = 300;
/** Shorter values are words such as `form`, and hiding them would hide the reason. */
const SECRET_CHARACTERS_MIN = 8;

/** Some endpoints repeat what they were sent; nothing of that but the grant is fit to be shown. */
function hideSent(text: string, { fields, headers }: TokenQuestion): string {
  const sent = [...Object.entries(fields), ...Object.entries(headers)]
    .filter(([name, value]) => name !== 'grant_type' && value.length >= SECRET_CHARACTERS_MIN)
    .map(([, value]) => value.replace(/^Basic /, ''));
  return sent.reduce((hidden, value) => hidden.replaceAll(value, '[secret]'), text);
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > ANSWER_CHARACTERS_MAX) throw new Error('its answer is longer than 256 kB');
  }
  return text + decoder.decode();
}

function toProblem(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.name === 'Error' ? cause.message : cause.name;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
