import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { ensurePartitions, migrate, type Migration, MIGRATIONS, openStorage, type Storage } from '../src/index.ts';

let database: TestDatabase;
let storage: Storage;
beforeAll(async () => {
  database = await createTestDatabase();
  storage = open();
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});

function open(): Storage {
  const log = createSilentLogger();
  return openStorage({ connection: database.connection, poolMax: 4, prepared: true, slowQueryMs: 5_000, log });
}

/** Type names of PostgreSQL as TypeScript has them in schema.ts. */
const TYPES: Record<string, readonly string[]> = {
  uuid: ['string'],
  text: [
    'string',
    'RequestKind',
    'Outcome',
    'PayloadState',
    'Pricing',
    'BodyMethod',
    'Relation',
    'LinkSource',
    'UnlinkableReason',
    'SubjectKind',
    'BudgetPeriod',
    "'header' | 'metadata'",
    "'read' | 'written'",
    "'user' | 'assistant' | 'system'",
  ],
  date: ['string'],
  boolean: ['boolean'],
  smallint: ['number'],
  integer: ['number'],
  bigint: ['number'],
  'timestamp with time zone': ['Date'],
  bytea: ['Buffer'],
  tsvector: ['string'],
  jsonb: [
    'Readonly<Record<string, number>>',
    'Readonly<Record<string, string | number | boolean | null>>',
    'HealthState',
    'unknown',
    'readonly UsageIteration[]',
    'readonly SuspiciousCount[]',
    'readonly AgentCall[]',
    "Placement['launchedBy']",
  ],
  ARRAY: ['readonly string[]', 'readonly number[]', 'readonly KeyScope[]'],
};

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Columns of one interface in schema.ts, those of the interface it extends included. */
function readInterface(source: string, name: string): Column[] {
  const match = new RegExp(`interface ${name}(?: extends (\\w+))? \\{([^}]*)\\}`).exec(source);
  const inherited = match?.[1] ? readInterface(source, match[1]) : [];
  const own = [...(match?.[2] ?? '').matchAll(/readonly (\w+): ([^;]+);/g)];
  return [...inherited, ...own.map(([, column = '', type = '']) => ({ name: column, type }))];
}

test('schema.ts names the tables and columns of a migrated database, with their types and nulls', async () => {
  const source = ['schema.ts', 'usage-tables.ts', 'limit-tables.ts', 'cache-tables.ts']
    .map((file) => readFileSync(join(import.meta.dir, '..', 'src', file), 'utf8'))
    .join('\n');
  const tables = readInterface(source, 'Database');
  const { rows } = await storage.pool.query<{ table: string; name: string; type: string; nullable: boolean }>(
    `select c.table_name as table, c.column_name as name, c.data_type as type, c.is_nullable = 'YES' as nullable
     from information_schema.columns as c
     join pg_class as r on r.oid = to_regclass(quote_ident(c.table_name)) and not r.relispartition
     where c.table_schema = 'public' and c.table_name <> 'schema_migration'
     order by c.table_name, c.ordinal_position`,
  );
  expect([...new Set(rows.map((row) => row.table))].toSorted()).toEqual(tables.map((it) => it.name).toSorted());
  for (const table of tables) {
    const columns = readInterface(source, table.type);
    const actual = rows.filter((row) => row.table === table.name);
    expect(columns.map((it) => it.name)).toEqual(actual.map((row) => row.name));
    for (const [index, row] of actual.entries()) {
      const type = columns[index]?.type ?? '';
      const known = (TYPES[row.type] ?? []).map((it) => (row.nullable ? `${it} | null` : it));
      expect(known).toContain(type);
    }
  }
});

test('several processes migrate at once: each step is applied by one of them', async () => {
  const name = `${database.connection.database}_many`;
  await storage.pool.query(`create database ${name}`);
  const log = createSilentLogger();
  const connection = { ...database.connection, database: name };
  const all = [1, 2, 3].map(() => openStorage({ connection, poolMax: 2, prepared: true, slowQueryMs: 5_000, log }));
  const applied = await Promise.all(all.map((it) => migrate(it)));
  expect(applied.flatMap((it) => it.applied).toSorted()).toEqual(MIGRATIONS.map((it) => it.name));
  const months = await Promise.all(all.map((it) => ensurePartitions(it, Date.UTC(2026, 11, 31, 23))));
  expect([...new Set(months.flat())].toSorted()).toEqual(['2026-12-01', '2027-01-01', '2027-02-01']);
  await Promise.all(all.map((it) => it.close()));
  await storage.pool.query(`drop database ${name} with (force)`);
});

test('a step that fails leaves nothing behind, and its number free', async () => {
  const broken: Migration = {
    number: 9_001,
    name: '9001-broken',
    sql: 'create table half (a int); select 1 / 0',
    breaking: false,
  };
  expect(await migrate(storage, [...MIGRATIONS, broken]).catch(String)).toContain('9001-broken failed');
  const { rows } = await storage.pool.query(
    `select to_regclass('half') is null as gone, not exists (select from schema_migration where number = 9001) as free`,
  );
  expect(rows).toEqual([{ gone: true, free: true }]);
});

test('a program refuses a database that a newer breaking version migrated, and works with one that is merely newer', async () => {
  const newer: Migration = { number: 9_002, name: '9002-newer', sql: 'select 1', breaking: false };
  await migrate(storage, [...MIGRATIONS, newer]);
  expect(await migrate(storage)).toEqual({ applied: [] });
  const breaking: Migration = { ...newer, number: 9_003, name: '9003-breaking', breaking: true };
  await migrate(storage, [...MIGRATIONS, newer, breaking]);
  const refusal = await migrate(storage).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'schema-newer' });
  expect(String(refusal)).toContain('9003-breaking');
});

test('numbers of migrations have no gaps, and breaking ones say so in their first line', () => {
  expect(MIGRATIONS.map((it) => it.number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  for (const step of MIGRATIONS) expect(step.breaking).toBe(step.sql.startsWith('--! breaking'));
});

test('the writer role can record and move rows but delete no body, and the reader role can only read', async () => {
  const { rows } = await storage.pool.query<Record<string, boolean>>(
    `select
       has_table_privilege('nexus_writer', 'request', 'insert') as writes,
       has_table_privilege('nexus_writer', 'request_body', 'delete') as deletes,
       has_table_privilege('nexus_writer', 'usage_hour', 'update') as sums,
       has_table_privilege('nexus_reader', 'request_body', 'select') as reads,
       has_table_privilege('nexus_reader', 'request', 'insert') as reader_writes`,
  );
  expect(rows).toEqual([{ writes: true, deletes: false, sums: true, reads: true, reader_writes: false }]);
});

test('nothing in the schema stands in the way of distributing it: no sequences, triggers, foreign keys or functions', async () => {
  const { rows } = await storage.pool.query<Record<string, number>>(
    `select
       (select count(*) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace) as sequences,
       (select count(*) from pg_trigger where not tgisinternal) as triggers,
       (select count(*) from pg_constraint where contype = 'f') as foreign_keys,
       (select count(*) from pg_proc where pronamespace = 'public'::regnamespace) as functions`,
  );
  expect(rows).toEqual([{ sequences: 0, triggers: 0, foreign_keys: 0, functions: 0 }]);
});
