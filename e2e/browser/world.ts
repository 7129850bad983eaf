import path from 'node:path';
import {
  createTestDatabase,
  type FakeClaude,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
} from '@nexus/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureDashboard } from '../../tools/src/ensure-dashboard.ts';

/** The whole product as a person meets it: a gateway before a fake Claude, and a browser. */
export interface World {
  readonly fake: FakeClaude;
  readonly gateway: GatewayProcess;
  readonly browser: Browser;
  /** A page that is signed in, with everything the browser complained about so far. */
  openPage(where: string, options?: PageOptions): Promise<OpenPage>;
  /** Sends one exchange through the gateway and reads its answer to the end; the text of the answer. */
  send(body: Readonly<Record<string, unknown>>): Promise<string>;
  stop(): Promise<void>;
}

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly signedIn?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, broken policies and uncaught exceptions. */
  readonly complaints: readonly string[];
}

const root = path.join(import.meta.dirname, '../..');

/** Builds the dashboard where it is not current, and starts everything on free ports. */
export async function startWorld(): Promise<World> {
  await ensureDashboard({ root, print: () => undefined });
  const database = await createTestDatabase();
  const fake = await startFakeClaude();
  const gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl: database.url,
    settings: { ANTHROPIC_API_KEY: 'sk-ant-test-key' },
  });
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return {
    fake,
    gateway,
    browser,
    openPage: (where, options = {}) => openPage({ browser, gateway, where }, options),
    send: (body) => send(gateway, body),
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
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (options.signedIn !== false) {
    const answer = await context.request.post('/api/sign-in', {
      data: { key: at.gateway.dashboardKey },
      headers: { origin: at.gateway.dashboardUrl },
    });
    if (!answer.ok()) throw new Error(`signing in gave ${answer.status()}: ${await answer.text()}`);
  }
  await page.goto(at.where);
  return { page, context, complaints };
}

async function send(gateway: GatewayProcess, body: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await fetch(`${gateway.proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ max_tokens: 1_024, stream: true, ...body }),
  });
  return answer.text();
}
