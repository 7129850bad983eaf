import { describe, expect, test } from 'bun:test';
import { type StartReport, toStartReport } from './start-report.ts';

function aReport(changes: Partial<StartReport> = {}): StartReport {
  return {
    version: '0.1.0',
    readyMs: 842,
    proxyUrl: 'http://localhost:3000',
    dashboardUrl: 'http://localhost:3001',
    signInUrl: 'http://localhost:3001/sign-in?token=t',
    upstreamUrl: 'https://api.anthropic.com',
    records: 'embedded PostgreSQL in /home/ada/.claude-nexus',
    clientAuthRequired: false,
    credentials: ['default: ANTHROPIC_API_KEY', 'team.example.com: API key'],
    warnings: [],
    ...changes,
  };
}

describe('the start report', () => {
  test('says what is served where, how to sign in, and what to paste', () => {
    expect(toStartReport(aReport(), { colour: false })).toBe(
      `
Claude Nexus 0.1.0 is ready, 0.84 s after its start.

  Proxy, API  http://localhost:3000 → https://api.anthropic.com
  Dashboard   http://localhost:3001
  Sign in     http://localhost:3001/sign-in?token=t (works once)
  Records     embedded PostgreSQL in /home/ada/.claude-nexus
  Keys        not required, every program on this machine may use the proxy
  Credentials default: ANTHROPIC_API_KEY
              team.example.com: API key

  For Claude Code, paste this and start it in the same terminal:

    export ANTHROPIC_BASE_URL=http://localhost:3000
`,
    );
  });

  test('says how to get a key where one is needed', () => {
    const text = toStartReport(aReport({ clientAuthRequired: true }), { colour: false });
    expect(text).toContain('nexus key create');
    expect(text).toContain('export ANTHROPIC_AUTH_TOKEN=');
  });

  test('shows what needs attention', () => {
    const text = toStartReport(aReport({ warnings: ['old.example.com: expired, sign in again'] }), { colour: false });
    expect(text).toContain('Attention   old.example.com: expired, sign in again');
  });

  test('has no control characters unless colour was asked for', () => {
    expect(toStartReport(aReport(), { colour: false })).not.toContain('\u001B');
    expect(toStartReport(aReport(), { colour: true })).toContain('\u001B[1m');
  });
});
