import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskSecretText } from '@nexus/anthropic';
import { loadConfig, toProblemText } from '@nexus/config';
import { type FakeClaude, startFakeClaude } from '@nexus/testkit';
import { createLogger } from '@nexus/telemetry';
import { type Gateway, createGateway } from '../../src/compose.ts';
import { type World, createWorld } from '../../src/world.ts';
import { waitFor } from './wait-for.ts';

/** The one log line of a finished exchange. */
export interface ExchangeLine {
  readonly requestId: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly errorCode?: string;
  readonly domain: string;
  readonly keyId: string | null;
  readonly accountId: string | null;
  readonly responseBytes: number;
  readonly outputTokens: number | null;
  readonly firstTokenMs: number | null;
}

/** A gateway of this process in front of a fake Claude, without a database unless the settings say otherwise. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly dashboardUrl: string;
  /** Empty where FORWARD_PROXY_PORT is not set. */
  readonly forwardUrl: string;
  /** Empty where METRICS_PORT is not set. */
  readonly metricsUrl: string;
  readonly fake: FakeClaude;
  readonly gateway: Gateway;
  readonly credentialsDir: string;
  /** Every log line so far, as text. */
  readonly logText: () => string;
  /** Lines of exchanges that ended. */
  readonly ended: () => readonly ExchangeLine[];
  /** The line of one exchange, once it ended. */
  readonly exchange: (requestId: string | null) => Promise<ExchangeLine>;
  /** Sends a messages request; `model` chooses what the fake does. */
  readonly send: (model: string, options?: SendOptions) => Promise<Response>;
}

export interface SendOptions {
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly text?: string;
  readonly path?: string;
}

export interface TestGatewayOptions {
  /** A function where they tell of the fake Claude. */
  readonly env?: Readonly<Record<string, string>> | ((fake: FakeClaude) => Readonly<Record<string, string>>);
  /** Puts files into the credentials folder before the gateway starts. */
  readonly prepare?: (credentialsDir: string) => Promise<void>;
  /** What is otherwise than in the real world. */
  readonly world?: Partial<World>;
}

export const CLAUDE_KEY = 'sk-ant-api03-stored-key-of-the-gateway';

export async function startTestGateway({ env = {}, prepare, world }: TestGatewayOptions = {}): Promise<TestGateway> {
  const home = await mkdtemp(join(tmpdir(), 'nexus-gateway-'));
  const credentialsDir = join(home, 'credentials');
  await Bun.write(join(credentialsDir, 'README'), 'Credential files go here.');
  await prepare?.(credentialsDir);
  const fake = await startFakeClaude();
  const lines: string[] = [];
  const config = toConfig({
    HOME: home,
    PORT: '0',
    DASHBOARD_PORT: '0',
    NEXUS_DATA_DIR: join(home, 'data'),
    CREDENTIALS_DIR: credentialsDir,
    CLAUDE_API_BASE_URL: fake.url,
    STORAGE_ENABLED: 'false',
    ANTHROPIC_API_KEY: CLAUDE_KEY,
    ...(typeof env === 'function' ? env(fake) : env),
  });
  const log = createLogger({
    level: 'debug',
    format: 'json',
    write: (text) => void lines.push(...text.split(/(?<=\n)/)),
    maskText: maskSecretText,
  });
  const gateway = await createGateway(config, { world: { ...createWorld({}), ...world }, log });
  const { proxyUrl: url, dashboardUrl, forwardUrl, metricsUrl } = await gateway.listen();
  const ended = (): ExchangeLine[] => lines.filter((line) => line.includes('"message":"exchange"')).map(toExchangeLine);
  return {
    url,
    dashboardUrl,
    forwardUrl: forwardUrl ?? '',
    metricsUrl: metricsUrl ?? '',
    fake,
    gateway,
    credentialsDir,
    logText: () => lines.join(''),
    ended,
    exchange: (requestId) => waitFor('the exchange to end', () => ended().find((line) => line.requestId === requestId)),
    send: (model, options) => fetch(url + (options?.path ?? '/v1/messages'), toMessagesRequest(model, options)),
    [Symbol.asyncDispose]: async () => {
      await gateway.close({ drainMs: 0 });
      await fake.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What `send` sends, for callers that need another URL. */
export function toMessagesRequest(
  model: string,
  options: SendOptions = {},
): BunFetchRequestInit & { readonly body: string } {
  return {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({
      model,
      max_tokens: 1_000,
      ...(options.stream === undefined ? {} : { stream: options.stream }),
      messages: [{ role: 'user', content: options.text ?? 'Say something.' }],
    }),
    decompress: false,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

function toConfig(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env, file: null });
  if (!loaded.ok) throw new Error(toProblemText(loaded.problems));
  return loaded.config;
}

function toExchangeLine(line: string): ExchangeLine {
  const parsed: unknown = JSON.parse(line);
  if (!isExchangeLine(parsed)) throw new Error(`not the line of an exchange: ${line}`);
  return parsed;
}

function isExchangeLine(value: unknown): value is ExchangeLine {
  return typeof value === 'object' && value !== null && 'requestId' in value && 'outcome' in value;
}
