import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { aTerminal } from './a-terminal.ts';

const terminal = aTerminal();
const FIXTURE = path.join(import.meta.dir, '../../../fixtures/exports/two-talks.jsonl');
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
afterAll(async () => {
  await database.drop();
  terminal.remove();
});

/** Runs a command on the test's own database, as with a PostgreSQL of one's own. */
async function run(...argv: string[]) {
  const { user, host, port, database: name } = database.connection;
  const DATABASE_URL = `postgres://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  return terminal.run(['conversations', ...argv], { DATABASE_URL });
}

async function listIds(...argv: string[]): Promise<string[]> {
  const rows: { conversationId: string }[] = JSON.parse((await run('list', '--json', ...argv)).out);
  return rows.map(({ conversationId }) => conversationId);
}

async function exportAll(ids: readonly string[], files: readonly string[]): Promise<string[]> {
  for (const [index, id] of ids.entries()) await run('export', id, '--output', files[index] ?? '');
  return files.map((file) => readFileSync(file, 'utf8'));
}

describe('conversations', () => {
  test('a file is imported, also one of an earlier version; what was exported comes back byte for byte, and twice changes nothing', async () => {
    const imported = await run('import', FIXTURE);
    expect(imported.errors).toBe('');
    expect(imported.out).toMatch(
      /^[\w-]{36} in team\.example\.com: 9 requests imported\.\n[\w-]{36} in .*: 118 requests imported\.$/,
    );

    const ids = await listIds();
    const files = ids.map((id) => path.join(terminal.dataDir, `${id}.jsonl`));
    const before = await exportAll(ids, files);
    for (const id of ids) await run('delete', id, '--yes');
    expect(await listIds()).toEqual([]);
    for (const file of files) await run('import', file);
    expect(await exportAll(ids, files)).toEqual(before);

    const again = await run('import', FIXTURE);
    expect(again.out).toContain('0 requests imported, 118 were there already.');
    expect(await listIds()).toEqual(ids);
    const table = await run('list', '--text', 'boats');
    expect(table.out.split('\n')).toHaveLength(2);
    expect(table.out).toContain('Boats and what stands on them');
  }, 60_000);

  test('a file says who asked and what for, and a list is narrowed by both', async () => {
    const [id = ''] = await listIds('--text', 'boats');
    const [from, to] = ['from', 'to'].map((name) => path.join(terminal.dataDir, `${name}.jsonl`));
    const [said = ''] = await exportAll([id], [from ?? '']);
    const named = said.replaceAll('"userId":null,"project":null', '"userId":"jane","project":"/home/jane/harbour"');
    writeFileSync(to ?? '', named);
    await run('import', to ?? '', '--domain', 'named.example.com');
    const ids = await listIds('--user', 'jane', '--project', '/home/jane/harbour');
    expect(ids).toHaveLength(1);
    expect(await listIds('--user', 'jane', '--project', '/home/jane')).toEqual([]);
    const [again = ''] = await exportAll(ids, [from ?? '']);
    expect(again.split('"userId":"jane","project":"/home/jane/harbour"')).toHaveLength(
      named.split('"userId":"jane"').length,
    );
    expect(again).toContain('"userIds":["jane"],"projects":["/home/jane/harbour"]');
    await run('delete', ids[0] ?? '', '--yes');
  }, 60_000);

  test('a broken file is told with the line, and nothing of it is there', async () => {
    const file = path.join(terminal.dataDir, 'broken.jsonl');
    const lines = readFileSync(FIXTURE, 'utf8').split('\n');
    writeFileSync(file, [...lines.slice(0, 40), '{"type":'].join('\n'));
    const before = await listIds();
    const { code, errors } = await run('import', file, '--domain', 'broken.example.com');
    expect([code, errors]).toEqual([1, expect.stringContaining('line 41 is no JSON')]);
    expect(await listIds()).toEqual(before);
    expect((await run('import', path.join(terminal.dataDir, 'none'))).errors).toContain('There is no file');
  }, 60_000);

  test('a conversation is deleted only when that is said aloud', async () => {
    const [id = ''] = await listIds('--text', 'boats');
    const told = await run('delete', id);
    expect(told.out).toContain('with 9 requests. Nothing was deleted');
    expect(await listIds('--text', 'boats')).toEqual([id]);
    expect((await run('delete', id, '--yes')).out).toBe(`Deleted ${id} with 9 requests.`);
    expect(await listIds('--text', 'boats')).toEqual([]);
    expect((await run('delete', 'boats', '--yes')).errors).toContain('not the id of a conversation');
  }, 60_000);

  test('retention says what would go, and leaves it there', async () => {
    const { user, host, port, database: name } = database.connection;
    const DATABASE_URL = `postgres://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
    const told = await terminal.run(['storage', 'retention', '--dry-run', '--retention-facts-days=36500'], {
      DATABASE_URL,
    });
    expect(told).toEqual({
      code: 0,
      out: 'Nothing is older than the settings allow.\nNothing was changed.',
      errors: '',
    });
  }, 60_000);
});
