import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOAD_CORE } from '../stacks/start-world.ts';

export interface WrkResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx, and sockets that failed. */
  readonly errors: number;
}

export interface WrkOptions {
  readonly url: string;
  /** Sent in turn. */
  readonly bodies: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
  readonly folder: string;
}

/** Puts `wrk` on the load's core against `POST /v1/messages` and reads its report. */
export async function runWrk({ url, bodies, connections, seconds, folder }: WrkOptions): Promise<WrkResult> {
  mkdirSync(folder, { recursive: true });
  for (const [index, body] of bodies.entries()) writeFileSync(join(folder, `body-${index}.json`), body);
  const script = join(folder, 'load.lua');
  writeFileSync(script, toScript(folder, bodies.length));
  const child = Bun.spawn(
    [
      'taskset',
      '-c',
      String(LOAD_CORE),
      'wrk',
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--latency',
      '--timeout',
      '30s',
      '-s',
      script,
      `${url}/v1/messages`,
    ],
    { stdout: 'pipe', stderr: 'inherit' },
  );
  const report = await new Response(child.stdout).text();
  await child.exited;
  return parseReport(report);
}

export function parseReport(report: string): WrkResult {
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(report);
  const failed = (sockets?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0);
  return {
    requests: Number(/(\d+) requests in/.exec(report)?.[1] ?? 0),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1] ?? 0),
    // At the beginning of a line: shares of the deviation, like `89.50%`, stand further up.
    p50Ms: toMs(/^ +50%\s+(\S+)/m.exec(report)?.[1]),
    p99Ms: toMs(/^ +99%\s+(\S+)/m.exec(report)?.[1]),
    errors: failed + Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0),
  };
}

function toMs(text = ''): number {
  const value = Number.parseFloat(text);
  if (text.endsWith('us')) return value / 1000;
  return text.endsWith('ms') ? value : value * 1000;
}

function toScript(folder: string, count: number): string {
  return `
local requests, turn = {}, 0
init = function()
  for index = 0, ${count - 1} do
    local file = io.open('${folder}/body-' .. index .. '.json', 'rb')
    requests[index + 1] = wrk.format('POST', nil, {
      ['content-type'] = 'application/json',
      ['anthropic-version'] = '2023-06-01',
      ['x-api-key'] = 'sk-ant-api03-key-of-the-bench',
      ['user-agent'] = 'claude-cli/2.1.329 (external, cli)',
      ['x-claude-code-session-id'] = '0b5f7c1e-6d0e-4f5e-9d4c-8a1f5d2c3b4a',
    }, file:read('*a'))
    file:close()
  end
end
request = function()
  turn = turn % ${count} + 1
  return requests[turn]
end
`;
}
