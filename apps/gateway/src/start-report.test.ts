import { describe, expect, test } from 'bun:test';
import { type StartReport, toStartReport } from './start-report.ts';

const PLAIN = { colour: false, columns: 80 };

function aReport(changes: Partial<StartReport> = {}): StartReport {
  return {
    version: '0.1.0',
    readyMs: 842,
    proxyUrl: 'http://localhost:3000',
    dashboardUrl: 'http://localhost:3001',
    forwardUrl: null,
    metricsUrl: null,
    signInUrl: 'http://localhost:3001/sign-in?token=t',
    upstreamUrl: 'https://api.anthropic.com',
    records: 'embedded PostgreSQL in /home/ada/.claude-nexus',
    clientAuthRequired: false,
    keyedDomains: [],
    keyCommand: 'bun run nexus key create <name>',
    credentials: ['default: ANTHROPIC_API_KEY', 'team.example.com: API key'],
    warnings: [],
    ...changes,
  };
}

describe('the start report', () => {
  test('says what is served where, how to sign in, and what to paste', () => {
    expect(toStartReport(aReport(), PLAIN)).toBe(
      `
Claude Nexus 0.1.0 is ready, 0.84 s after its start.

  Proxy, API   http://localhost:3000 → https://api.anthropic.com
  Dashboard    http://localhost:3001
  Sign in      http://localhost:3001/sign-in?token=t (works once)
  Records      embedded PostgreSQL in /home/ada/.claude-nexus
  Keys         not required, every program on this machine may use the proxy
  Credentials  default: ANTHROPIC_API_KEY
               team.example.com: API key

  For Claude Code, paste this and start it in the same terminal:

    export ANTHROPIC_BASE_URL=http://localhost:3000
`,
    );
  });

  test('says where the forward proxy is, where there is one', () => {
    const report = toStartReport(aReport({ forwardUrl: 'http://localhost:8899' }), PLAIN);
    expect(report).toContain('  Forward      http://localhost:8899 (curl -x, HTTPS_PROXY)\n');
  });

  test('says where the metrics are, where they have a port', () => {
    const report = toStartReport(aReport({ metricsUrl: 'http://localhost:9464' }), PLAIN);
    expect(report).toContain('  Metrics      http://localhost:9464/metrics\n');
  });

  test('says how to get a key where one is needed', () => {
    const text = toStartReport(aReport({ clientAuthRequired: true }), PLAIN);
    expect(text).toContain('nexus key create');
    // Whoever pastes it as it stands runs nothing by accident.
    expect(text).toMatch(/^ +export ANTHROPIC_AUTH_TOKEN='[^'`$]+'$/m);
  });

  test('says for which domains a key is needed all the same', () => {
    const keyedDomains = ['team.example.com', '*.wild.example.com'];
    expect(toStartReport(aReport({ keyedDomains }), { ...PLAIN, columns: 200 })).toContain(
      '  Keys         not required, every program on this machine may use the proxy\n' +
        '               but what is stored for team.example.com, *.wild.example.com serves only callers with a key: ' +
        '`bun run nexus key create <name>`\n',
    );
    const many = Array.from({ length: 7 }, (_, index) => `d${index}.example`);
    expect(toStartReport(aReport({ keyedDomains: many }), PLAIN)).toContain('d4.example and 2 more');
    expect(toStartReport(aReport({ keyedDomains, clientAuthRequired: true }), PLAIN)).not.toContain('but what');
  });

  test('breaks no command in two', () => {
    const keyCommand = 'npx -y bun@1.4.5 run nexus key create <name>';
    const text = toStartReport(aReport({ keyedDomains: ['plain.example.com'], keyCommand }), PLAIN);
    expect(text).toContain(`a key: \`${keyCommand}\`\n`);
  });

  test('shows what needs attention', () => {
    const text = toStartReport(aReport({ warnings: ['old.example.com: expired, sign in again'] }), PLAIN);
    expect(text).toContain('Attention    old.example.com: expired, sign in again');
  });

  test('has no control characters unless colour was asked for', () => {
    expect(toStartReport(aReport(), PLAIN)).not.toContain('\u001B');
    expect(toStartReport(aReport(), { ...PLAIN, colour: true })).toContain('\u001B[1m');
  });

  test('keeps to the width of the screen, with sentences below themselves and long names and addresses whole', () => {
    const longName = `${'department-of-'.repeat(6)}rivers.example.com`;
    const text = toStartReport(
      aReport({
        credentials: [`${longName}: OAuth login, refreshed by itself, the next time in 3 h 20 min, with a client key`],
        warnings: ['The database does not answer. '.repeat(5).trim()],
        signInUrl: `http://localhost:3001/sign-in?token=${'t'.repeat(43)}`,
      }),
      PLAIN,
    );
    const wide = text.split('\n').filter((line) => line.length > 80);
    expect(wide.map((line) => line.trim())).toEqual([
      `Sign in      http://localhost:3001/sign-in?token=${'t'.repeat(43)}`,
      `Credentials  ${longName}:`,
    ]);
    expect(text).toContain(
      '  Attention    The database does not answer. The database does not answer. The\n' +
        '               database does not answer.',
    );
  });
});
