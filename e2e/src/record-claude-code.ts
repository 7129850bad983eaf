/*
 * Records `fixtures/claude-code-session/harbour.jsonl`: what the real Claude Code sends in a whole session and what it gets,
 * so that linking is held to it without Claude Code. `bun e2e/src/record-claude-code.ts`, after a new version is pinned.
 */
import path from 'node:path';
import { startFakeClaude } from '@nexus/testkit';
import { runHarbourSession } from '../real-clients/harbour-session.ts';
import { createScrubber, type Seen } from './scrub-exchange.ts';

const target = path.resolve(import.meta.dir, '../../fixtures/claude-code-session/harbour.jsonl');
/** One page of `/context` counts two dozen texts; they are all alike. */
const COUNTS_KEPT = 2;

const fake = await startFakeClaude();
const seen: Seen[] = [];
const tee = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    const startedAtMs = Date.now();
    const body = request.method === 'POST' ? await request.text() : null;
    const headers = new Headers(request.headers);
    for (const name of ['host', 'connection', 'content-length', 'accept-encoding']) headers.delete(name);
    const answer = await fetch(fake.url + pathname + search, { method: request.method, headers, body });
    const said = await answer.text();
    seen.push({
      startedAtMs,
      endedAtMs: Date.now(),
      path: pathname,
      headers: [...request.headers],
      body,
      answer: said,
    });
    return new Response(said, { status: answer.status, headers: { 'content-type': typeOf(answer) } });
  },
});
// A neutral path: it stands in streams of Claude's too, in pieces that cannot be renamed.
await runHarbourSession({ fake, baseUrl: `http://127.0.0.1:${tee.port}`, home: '/tmp/harbour' });
await tee.stop(true);
await fake.stop();

const counts = seen.filter((one) => one.path.endsWith('count_tokens'));
const kept = seen.filter((one) => one.body !== null && !counts.slice(COUNTS_KEPT).includes(one));
kept.sort((a, b) => a.startedAtMs - b.startedAtMs);
const scrub = createScrubber(kept);
await Bun.write(target, kept.map((one) => `${JSON.stringify(scrub(one))}\n`).join(''));
console.log(`${kept.length} exchanges in ${path.relative(process.cwd(), target)}`);
process.exit(0);

function typeOf(answer: Response): string {
  return answer.headers.get('content-type') ?? 'application/json';
}
