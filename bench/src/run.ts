/**
 * `bun bench/src/run.ts [scenario …] [--rounds 3] [--seconds 8] [--tiny] [--keep]`: measures the gateway beside nginx with
 * Lua and prints the results page; `--keep` writes it to bench/results.md. Needs Linux, `taskset` and `wrk`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Effort, ScenarioResult } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { startWorld } from './stacks/start-world.ts';
import { toResultsPage } from './to-results-page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    tiny: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

/** Shows that everything runs; its figures mean nothing. */
const TINY: Effort = { rounds: 1, seconds: 1, requests: 100, streams: 50, turns: 10 };
const FULL: Effort = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  requests: 3000,
  streams: 1000,
  turns: 200,
};

for (const program of ['wrk', 'taskset']) {
  if (Bun.which(program) === null) throw new Error(`${program} is not installed; Debian: apt install wrk util-linux`);
}
const chosen = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (chosen.length === 0)
  throw new Error(`no such scenario; there are: ${SCENARIOS.map(({ name }) => name).join(', ')}`);

const results: ScenarioResult[] = [];
for (const scenario of chosen) {
  console.error(`${scenario.name}: ${scenario.about}`);
  // Each starts with an empty database, so that none measures what another left.
  await using world = await startWorld();
  results.push(await scenario.run(world, values.tiny ? TINY : FULL));
}
const commit = Bun.spawnSync(['git', 'rev-parse', '--short', 'HEAD']).stdout.toString().trim();
const page = toResultsPage(results, {
  commit,
  date: new Date().toISOString().slice(0, 10),
  command: ['bun bench/src/run.ts', ...process.argv.slice(2)].join(' '),
});
console.log(page);
if (values.keep) writeFileSync(join(import.meta.dir, '../results.md'), page);
