import { parseArgs } from 'node:util';
import { describeSentinels } from './sentinels.ts';
import { startFakeClaude } from './start-fake-claude.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    keep: { type: 'string', default: '1000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log('fake-claude [--port 4010] [--host 127.0.0.1] [--keep 1000]\n');
  console.log(describeSentinels());
  process.exit(0);
}

const fake = await startFakeClaude({
  port: Number(values.port),
  host: values.host,
  requestsKeptMax: Number(values.keep),
});
console.log(`Fake Claude listens on ${fake.url}`);
console.log(`Point the gateway at it: CLAUDE_API_BASE_URL=${fake.url}`);
console.log(`What it received: ${fake.url}/_fake/requests, what it can do: ${fake.url}/_fake/help`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void fake.stop().then(() => process.exit(0));
  });
}
