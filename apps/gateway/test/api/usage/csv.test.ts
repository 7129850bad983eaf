import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { OPERATIONS, type OperationDeclaration, toCsvColumns } from '@nexus/contract';
import { type ApiWorld, isObject, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const ACCOUNT = 'file:team.example.com';
const DAY_MS = 86_400_000;
const NOW_MS = Date.now();

/** Everything that has a table, by its path; what a path needs to know of. */
const tables = Object.entries<OperationDeclaration>(OPERATIONS).flatMap(([name, declaration]) => {
  if (declaration.csv === undefined) return [];
  const query = 'accountId' in declaration.input.shape ? `accountId=${ACCOUNT}&` : '';
  return [[name, { declaration, path: `${declaration.path.replace(':sessionId', 's-1')}?${query}` }] as const];
});

/** What is read of usage, limits, budgets and keys; all of it can be taken away. */
const NOUNS =
  /^\/(api\/(usage|token-usage|analytics|stats|limits|budgets|keys|traffic-limits)|v1\/analytics|token-stats)/;

let empty: ApiWorld;
let filled: ApiWorld;
beforeAll(async () => {
  [empty, filled] = await Promise.all([startApiWorld(), startApiWorld()]);
  const { keyId } = await filled.client.perform('key.create', { name: 'CI', labels: ['one', 'two'] });
  const subject = { subjectKind: 'key', subject: keyId } as const;
  await filled.client.perform('limit.set', { ...subject, limits: { requestsPerMinute: 5 } });
  await filled.client.perform('budget.set', { ...subject, period: 'day', limitNanoDollars: 1_000_000 });
  await writeRecords(filled, [
    ...['claude-opus-4-5', '=cmd'].map((model, at) =>
      buildRecord(
        { keyId, model, startedAtMs: NOW_MS - (at + 1) * 60_000 },
        {
          responseHeaders: [
            ['anthropic-ratelimit-unified-5h-utilization', String(0.5 + at / 10)],
            ['anthropic-ratelimit-unified-5h-reset', String(Math.floor(NOW_MS / 1_000) + 3_600)],
          ],
        },
      ),
    ),
    buildRecord({ accountId: 'untold', startedAtMs: NOW_MS - 60_000 }),
  ]);
  // Found out behind the back of recording, by a process that is not here.
  await filled.storage?.pool.query(
    `insert into cache_day select $1, $2, 'team.example.com', '', '', '', 'claude-opus-4-5', 'inference', 'expired', 3, 900, 4500, 0`,
    [ACCOUNT, new Date(Math.floor(NOW_MS / DAY_MS) * DAY_MS)],
  );
}, SET_UP_MS_MAX);
afterAll(() => Promise.all([empty.stop(), filled.stop()]));

async function readTable(world: ApiWorld, path: string): Promise<readonly (readonly string[])[]> {
  const answer = await fetch(`${world.apiUrl}${path}format=csv`, withKey);
  expect(answer.headers.get('content-type')).toBe('text/csv;charset=utf-8');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[a-z-]+\.csv"$/);
  const text = await answer.text();
  expect(text).toEndWith('\r\n');
  return text
    .slice(0, -2)
    .split('\r\n')
    .map((line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,"]*)/g)].map((cell) => cell[1] ?? ''));
}

/** As many as JSON has of them: the rows of a list, those under each name, or one. */
function countRows(found: unknown, isNamed: boolean): number {
  if (Array.isArray(found)) return found.length;
  if (!isNamed || !isObject(found)) return 1;
  return Object.values(found).reduce<number>((sum, rows) => sum + countRows(rows, false), 0);
}

describe.each(tables)('%s', (name, { declaration, path }) => {
  const columns = toCsvColumns(declaration);

  test('has the columns of the contract, and a row for each of its JSON', async () => {
    const [header, ...rows] = await readTable(filled, path);
    expect(header).toEqual([...columns]);
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([columns.length]));
    const json: unknown = await (await fetch(filled.apiUrl + path, withKey)).json();
    const { csv, csvName } = declaration;
    const found = csv === '' || !isObject(json) ? json : json[csv ?? ''];
    expect(rows).toHaveLength(countRows(found, csvName !== undefined));
    expect(rows.length).toBeGreaterThan(0);
  });

  test('has the same header where there is nothing', async () => {
    if (name === 'usage.session') {
      const answer = await fetch(`${empty.apiUrl}${path}format=csv`, withKey);
      expect(answer.status).toBe(404);
      return;
    }
    const [header, ...rows] = await readTable(empty, path);
    expect(header).toEqual([...columns]);
    expect(rows.every(({ length }) => length === columns.length)).toBe(true);
  });
});

test('whatever is read of usage, limits, budgets and keys can be taken away as a table', () => {
  const read = Object.entries<OperationDeclaration>(OPERATIONS).filter(
    ([, { method, path }]) => method === 'GET' && NOUNS.test(path),
  );
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter(([, { csv }]) => csv === undefined).map(([name]) => name)).toEqual([]);
});
