import { expect, test } from 'bun:test';
import { createTestDatabase } from './create-test-database.ts';
import { openTestStorage, toTemplateName } from './template-database.ts';

const find = (name: string) => `select to_regclass('${name}') is not null as yes`;

test('every database is migrated, its own, and gone after drop', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const first = openTestStorage(one.connection);
  const second = openTestStorage(two.connection);
  await first.pool.query('create table only_here ()');
  expect((await first.pool.query(find('request'))).rows).toEqual([{ yes: true }]);
  expect((await second.pool.query(find('only_here'))).rows).toEqual([{ yes: false }]);
  await first.pool.end();
  await two.drop();
  await two.drop();
  const late = openTestStorage(two.connection).pool.query('select 1');
  expect(await late.catch((error: unknown) => String(error))).toContain('does not exist');
  await second.pool.end();
  await one.drop();
});

test('a template that tests of another checkout dropped is made once more', async () => {
  const kept = await createTestDatabase();
  const admin = openTestStorage({ ...kept.connection, database: 'postgres' });
  // Somebody may be copying from it just now: then it stays, and there is nothing to make.
  await admin.pool.query(`drop database if exists ${toTemplateName()}`).catch(() => {});
  const made = await createTestDatabase();
  const storage = openTestStorage(made.connection);
  expect((await storage.pool.query(find('request'))).rows).toEqual([{ yes: true }]);
  await Promise.all([storage.pool.end(), admin.pool.end()]);
  await made.drop();
  await kept.drop();
});
