import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type MessagesBody, toolUseBlock, until } from '@nexus/testkit';
import { findFolder } from '../real-clients/find-folder.ts';
import { runClaudeCode } from '../real-clients/run-claude-code.ts';
import { readRows } from '../src/world.ts';
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts';

const boundMs = 120_000;
const waitMs = 30_000;
let world: BrowserWorld;

beforeAll(async () => {
  world = await startBrowserWorld();
}, boundMs);

afterAll(() => world.stop(), boundMs);

test(
  'a tool loop of Claude Code is seen live, in the list, and request by request with what its tool found',
  async () => {
    world.fake.script([
      (body) => ({ content: [toolUseBlock('Read', { file_path: `${findFolder(body)}/secret.txt` })] }),
      (body: MessagesBody) => ({ content: `It says: ${body.lastToolResults.join(' & ')}` }),
    ]);
    const { page, context, complaints } = await world.openPage('/live');
    const run = await runClaudeCode({
      baseUrl: world.gateway.proxyUrl,
      prompt: 'What is in secret.txt?',
      files: { 'secret.txt': 'marzipan 🍬' },
    });
    expect([run.isError, run.result]).toEqual([false, expect.stringContaining('marzipan 🍬')]);

    const rows = await until('both turns are listed', findBoth, waitMs);
    const [answered, asked] = rows.map(({ requestId }) => requestId);
    const justEnded = page.getByRole('region', { name: 'Just ended' });
    for (const requestId of [asked, answered]) await justEnded.locator(`a[href$="${requestId}"]`).waitFor();

    await page.getByRole('link', { name: 'All requests' }).click();
    const listed = page.getByRole('row', { name: /What is in secret\.txt\?/ });
    await until('both are rows', async () => ((await listed.count()) === 2 ? true : null), waitMs);
    await listed.first().click();
    await page.waitForURL(`**/requests/${answered}`);
    const call = page.getByRole('region', { name: 'Tool call Read' });
    await call.getByText('secret.txt').first().waitFor();
    await call.getByText('marzipan 🍬').first().waitFor();
    await page.getByRole('article', { name: 'Answer' }).getByText('It says:').waitFor();

    await page.goto(`/requests/${asked}`);
    await page.getByRole('article', { name: 'Answer' }).getByRole('region', { name: 'Tool call Read' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
  boundMs,
);

async function findBoth() {
  const rows = readRows(await world.gateway.ask('/api/requests'));
  return rows.length === 2 ? rows : null;
}
