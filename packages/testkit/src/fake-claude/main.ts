import { parseArgs } from 'node:util';
import { describeScript } from './asked.ts';
import { isScript } from './script.ts';
import { describeSentinels } from './sentinels.ts';
import { startFakeClaude } from './start-fake-claude.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    keep: { type: 'string', default: '1000' },
    script: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log('fake-claude [--port 4010] [--host 127.0.0.1] [--keep 1000] [--script steps.json]\n');
  console.log(`${describeSentinels()}\n\n${describeScript()}`);
  process.exit(0);
}

const fake = await startFakeClaude({
  port: Number(values.port),
  host: values.host,
  requestsKeptMax: Number(values.keep),
});
if (values.script !== undefined) {
  const steps: unknown = await Bun.file(values.script).json();
  if (!isScript(steps)) throw new Error(`${values.script} is no script.\n\n${describeScript()}`);
  fake.script(steps);
}
console.log(`Fake Claude listens on ${fake.url}`);
console.log(`Point the gateway at it: CLAUDE_API_BASE_URL=${fake.url}`);
console.log(`What it received: ${fake.url}/_fake/requests, what it can do: ${fake.url}/_fake/help`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void fake.stop().then(() => process.exit(0));
  });
}
