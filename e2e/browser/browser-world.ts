import path from 'node:path';
import {
  createTestDatabase,
  type FakeClaude,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  type TestDatabase,
  until,
} from '@nexus/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureDashboard } from '../../tools/src/ensure-dashboard.ts';

type Body = Readonly<Record<string, unknown>>;

/** The whole product as a person meets it: a gateway before a fake Claude, and a browser. */
export interface BrowserWorld {
  readonly fake: FakeClaude;
  readonly gateway: GatewayProcess;
  readonly browser: Browser;
  /** What the gateway records into. */
  readonly database: TestDatabase;
  /** A page that is signed in and watches the live feed, with everything the browser complained about so far. */
  openPage(where: string, options?: PageOptions): Promise<OpenPage>;
  /** Sends one exchange through the gateway and reads its answer to the end; the text of the answer. */
  send(body: Body): Promise<string>;
  /** Sends one exchange and reads its answer until the test leaves, so that a page shows it in flight for as long as it is looked at. */
  hold(body: Body): Promise<HeldStream>;
  /** Sends one exchange and waits until the API lists it; its id. */
  record(body: Body): Promise<string>;
  stop(): Promise<void>;
}

export interface HeldStream {
  readonly requestId: string;
  leave(): void;
}

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly signedIn?: boolean;
  /** A name of the tz database; without it, the machine's own. */
  readonly timeZone?: string;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, broken policies and uncaught exceptions. */
  readonly complaints: readonly string[];
}

const root = path.join(import.meta.dirname, '../..');

/** Builds the dashboard where it is not current, and starts everything on free ports. `settings` go before those of here. */
export async function startBrowserWorld(settings: Readonly<Record<string, string>> = {}): Promise<BrowserWorld> {
  await ensureDashboard({ root, print: () => undefined });
  const database = await createTestDatabase();
  const fake = await startFakeClaude();
  const gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl: database.url,
    settings: {
      ANTHROPIC_API_KEY: 'sk-ant-test-key',
      NEXUS_OAUTH_TOKEN_URL: `${fake.url}/v1/oauth/token`,
      ...settings,
    },
  });
  await until('the database is there', () => gateway.ask('/api/requests').catch(() => null), 30_000);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return {
    fake,
    gateway,
    browser,
    database,
    openPage: (where, options = {}) => openPage({ browser, gateway, where }, options),
    send: (body) => send(gateway, body),
    hold: (body) => hold(gateway, body),
    record: (body) => record(gateway, body),
    async stop() {
      await browser.close();
      await gateway.remove();
      await fake.stop();
      await database.drop();
    },
  };
}

async function openPage(
  at: { readonly browser: Browser; readonly gateway: GatewayProcess; readonly where: string },
  options: PageOptions,
): Promise<OpenPage> {
  const context = await at.browser.newContext({
    baseURL: at.gateway.dashboardUrl,
    colorScheme: options.theme ?? 'light',
    // Half-drawn colours have half the contrast, and a test waits for no glide.
    reducedMotion: 'reduce',
    ...(options.timeZone === undefined ? {} : { timezoneId: options.timeZone }),
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A status other than 2xx is an answer like any other; the page decides what to make of it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource: the server responded')) {
      complaints.push(message.text());
    }
  });
  if (options.signedIn !== false) {
    const answer = await context.request.post('/api/sign-in', {
      data: { key: at.gateway.dashboardKey },
      headers: { origin: at.gateway.dashboardUrl },
    });
    if (!answer.ok()) throw new Error(`signing in gave ${answer.status()}: ${await answer.text()}`);
  }
  await page.goto(at.where);
  if (options.signedIn !== false) await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  return { page, context, complaints };
}

async function send(gateway: GatewayProcess, body: Body): Promise<string> {
  return (await post(gateway, body)).text();
}

async function hold(gateway: GatewayProcess, body: Body): Promise<HeldStream> {
  const leaving = new AbortController();
  const answer = await post(gateway, body, leaving.signal);
  // Reading on keeps the stream moving; that it breaks off is what `leave` is for.
  void answer.text().catch(() => undefined);
  return { requestId: readRequestId(answer), leave: () => leaving.abort() };
}

async function record(gateway: GatewayProcess, body: Body): Promise<string> {
  const answer = await post(gateway, body);
  const requestId = readRequestId(answer);
  // An answer that breaks off on purpose is recorded like any other.
  await answer.text().catch(() => undefined);
  await until('the request is recorded', () => gateway.ask(`/api/requests/${requestId}`).catch(() => null));
  return requestId;
}

function readRequestId(answer: Response): string {
  const requestId = answer.headers.get('x-nexus-request-id');
  if (requestId === null) throw new Error('the answer does not name its request');
  return requestId;
}

function post(gateway: GatewayProcess, body: Body, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${gateway.proxyUrl}/v1/messages`, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ max_tokens: 1_024, stream: true, ...body }),
  });
}

/** A user's words as a body of the messages route. */
export function say(model: string, text: string): { readonly model: string; readonly messages: readonly unknown[] } {
  return { model, messages: [{ role: 'user', content: text }] };
}
