import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFakeClaude } from '@nexus/testkit';

const dataDir = mkdtempSync(path.join(tmpdir(), 'nexus-start-'));
/** The working directory of what is started; its `credentials` folder is the default one. */
await Bun.write(
  path.join(dataDir, 'credentials', 'team.example.com.credentials.json'),
  JSON.stringify({ type: 'api_key', api_key: 'sk-ant-api03-planted' }),
);
const entry = path.resolve(import.meta.dir, '../src/main.ts');
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** `nexus start` as a person runs it, in a process of its own, with storage off so that it is about starting alone. */
function startNexus(...argv: string[]) {
  return startStoring({}, '--no-storage-enabled', ...argv);
}

function startStoring(env: Readonly<Record<string, string>>, ...argv: string[]) {
  return Bun.spawn([process.execPath, entry, 'start', '--data-dir', dataDir, ...argv], {
    cwd: dataDir,
    env: { HOME: dataDir, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

/** What a stream says until `isEnough`, or all of it. */
async function readUntil(stream: ReadableStream<Uint8Array>, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    text += decoder.decode(piece, { stream: true });
    if (isEnough(text)) break;
  }
  return text;
}

/** Starts before a fake Claude, lets `use` look at what was said and ask the proxy, and sees it end cleanly on SIGTERM. */
async function whileServing(
  start: (claudeUrl: string) => ReturnType<typeof startStoring>,
  use: (served: { readonly said: string; readonly proxyUrl: string }) => Promise<void>,
): Promise<void> {
  const claude = await startFakeClaude();
  const nexus = start(claude.url);
  try {
    const said = await readUntil(nexus.stdout, (text) => text.includes('ANTHROPIC_BASE_URL='));
    await use({ said, proxyUrl: /ANTHROPIC_BASE_URL=(\S+)/.exec(said)?.[1] ?? '' });
    nexus.kill('SIGTERM');
    expect(await nexus.exited).toBe(0);
  } finally {
    nexus.kill('SIGKILL');
    await claude.stop();
  }
}

const PORTS = ['--port', '0', '--dashboard-port', '0'] as const;

/** A gateway takes a second to start, and several where the machine has other work. */
const BOUND_MS = 30_000;

describe('nexus start', () => {
  test(
    'says where to look and what to paste, serves, and ends cleanly on SIGTERM',
    () =>
      whileServing(
        (url) => startNexus(...PORTS, '--claude-api-base-url', url),
        async ({ said, proxyUrl }) => {
          expect(said).not.toContain('\u001B');
          // The command is the one that runs for whoever started the tests: by `bun`, or by `npx` where it is not installed.
          expect(said.replaceAll(/\s+/g, ' ')).toMatch(
            /but what is stored for team\.example\.com serves only callers with a key: `(bun|npx -y bun@[\d.]+) run nexus key create <name>`/,
          );
          expect(said).toMatch(/sign-in\?token=[\w-]{43}/);
          const answer = await fetch(`${proxyUrl}/v1/messages`, {
            method: 'POST',
            headers: { 'x-api-key': 'sk-ant-of-the-caller', 'anthropic-version': '2023-06-01' },
            body: JSON.stringify({
              model: 'fake-text',
              max_tokens: 10,
              messages: [{ role: 'user', content: 'hello' }],
            }),
          });
          expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ type: 'message' })]);
        },
      ),
    BOUND_MS,
  );

  test(
    'with its database away it serves at once, and says what is away without the password',
    () =>
      whileServing(
        (url) =>
          startStoring(
            { DATABASE_URL: 'postgres://nexus:planted@127.0.0.1:1/nexus', CLAUDE_API_BASE_URL: url },
            ...PORTS,
          ),
        async ({ said, proxyUrl }) => {
          expect(said).not.toContain('planted');
          expect(said).toContain(
            'Attention    The database of DATABASE_URL is away: connect ECONNREFUSED 127.0.0.1:1.',
          );
          const headers = { 'x-api-key': 'sk-ant-mine', 'anthropic-version': '2023-06-01' };
          expect((await fetch(`${proxyUrl}/v1/models`, { headers })).status).toBe(200);
        },
      ),
    BOUND_MS,
  );

  test(
    'a port that is taken is told with the setting that changes it',
    async () => {
      const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
      const nexus = startNexus('--port', String(other.port), '--dashboard-port', '0');
      try {
        expect(await nexus.exited).toBe(1);
        const said = await new Response(nexus.stderr).text();
        expect(said).toContain(`Port ${other.port}`);
        expect(said).toContain('PORT');
      } finally {
        nexus.kill('SIGKILL');
        await other.stop(true);
      }
    },
    BOUND_MS,
  );

  test(
    'wrong settings are told all at once, and nothing is started',
    async () => {
      const nexus = startNexus('--port', 'x', '--log-level', 'loud');
      expect(await nexus.exited).toBe(1);
      expect(await new Response(nexus.stderr).text()).toContain('2 settings are wrong');
    },
    BOUND_MS,
  );
});
