import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { aTerminal } from './a-terminal.ts';

/** A command takes a third of a second, and a test has up to ten. */
const BOUND_MS = 30_000;

const terminal = aTerminal();
let database: TestDatabase;

// The first test of a machine starts the shared server and migrates its template.
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
  return terminal.run(argv, { DATABASE_URL });
}

describe('keys', () => {
  test(
    'a key is printed alone and once, then listed without itself, then revoked',
    async () => {
      const made = await run('key', 'create', 'laptop', '--domain', 'team.example.com', '--expires', '2099-01-31');
      expect(made.code).toBe(0);
      expect(made.out).toMatch(/^nx_live_[\w-]{43}$/);

      const listed = await run('key', 'list', '--json');
      expect(listed.out).not.toContain(made.out);
      expect(JSON.parse(listed.out)).toMatchObject([
        {
          name: 'laptop',
          domain: 'team.example.com',
          hint: made.out.slice(0, 12),
          expiresAt: '2099-01-31T00:00:00.000Z',
          revokedAt: null,
        },
      ]);

      const keyId = /^Key ([\w-]+) /.exec(made.errors)?.[1] ?? '';
      const revoked = await run('key', 'revoke', keyId);
      expect(revoked.out).toStartWith(`Revoked laptop (${keyId}) at `);
      const table = await run('key', 'list');
      expect([table.out, table.errors]).toEqual([
        '',
        '1 key that was revoked is not shown: bun run nexus key list --all',
      ]);
      expect((await run('key', 'list', '--all')).out).toContain('revoked 20');
    },
    BOUND_MS,
  );

  test(
    'a key is revoked by its name, and where several have it they are listed to choose from',
    async () => {
      for (const domain of ['one.example.com', 'two.example.com']) {
        await run('key', 'create', 'build', '--domain', domain);
      }
      const ambiguous = await run('key', 'revoke', 'build');
      expect(ambiguous.code).toBe(1);
      expect(ambiguous.errors).toStartWith('2 keys are called build. Say which one by its id:');
      const [id = ''] = /\b[0-9a-f-]{36}(?=.*one\.example\.com)/.exec(ambiguous.errors) ?? [];
      expect((await run('key', 'revoke', id)).out).toStartWith(`Revoked build (${id}) at `);
      const other = await run('key', 'revoke', 'build');
      expect(other.out).toMatch(/^Revoked build \([0-9a-f-]{36}\) at /);
      expect(other.out).not.toContain(id);
    },
    BOUND_MS,
  );

  test(
    'a second key of a name is made only where that is said, and one that is over hinders nobody',
    async () => {
      const first = await run('key', 'create', 'twin');
      const second = await run('key', 'create', 'twin');
      expect([second.code, second.out]).toEqual([1, '']);
      expect(second.errors).toMatch(/^A key called twin works for every domain already: nx_live_\w+…, made 20\d\d-/);
      expect(second.errors).toContain(first.out.slice(0, 12));
      expect(second.errors).toContain('--force');
      expect((await run('key', 'create', 'twin', '--domain', 'one.example.com')).code).toBe(0);
      expect((await run('key', 'create', 'twin', '--force')).out).toMatch(/^nx_live_/);
      expect((await run('key', 'revoke', 'twin')).errors).toStartWith('3 keys are called twin.');

      await run('key', 'create', 'over');
      await run('key', 'expire', 'over');
      const after = await run('key', 'create', 'over');
      expect(after.code).toBe(0);
      const [, keyId = ''] = /^Key ([\w-]+) /.exec(after.errors) ?? [];
      expect((await run('key', 'revoke', 'over')).out).toStartWith(`Revoked over (${keyId}) at `);
    },
    BOUND_MS,
  );

  test(
    'a key gets an owner, labels, scopes and limits, a new secret with grace, and another end',
    async () => {
      const options = ['--owner', 'ada', '--label', 'ci', 'nightly', '--scope', 'proxy', '--requests-per-minute', '9'];
      const made = await run('key', 'create', 'engine', ...options);
      expect(made.code).toBe(0);
      const rotated = await run('key', 'rotate', 'engine', '--grace', '2h');
      expect(rotated.out).toMatch(/^nx_live_[\w-]{43}$/);
      expect(rotated.out).not.toBe(made.out);
      expect((await run('key', 'expire', 'engine', '2099-01-31')).out).toBe(
        'engine works until 2099-01-31T00:00:00.000Z.',
      );
      const keys: unknown = JSON.parse((await run('key', 'list', '--json')).out);
      const engine = { name: 'engine', owner: 'ada', labels: ['ci', 'nightly'], scopes: ['proxy'] };
      expect(keys).toContainEqual(
        expect.objectContaining({ ...engine, hint: rotated.out.slice(0, 12), expiresAt: '2099-01-31T00:00:00.000Z' }),
      );
      expect((await run('limit', 'list')).out).toMatch(/^key +engine \([0-9a-f-]{36}\) +9/m);
      const budget = await run('budget', 'set', 'key:engine', '--day', '5');
      expect(budget.out).toMatch(/^key +engine \([0-9a-f-]{36}\) +day +\$5\.00/m);
      expect((await run('budget', 'list')).out).toBe(budget.out);
      await run('budget', 'set', 'key:engine', '--day', 'none');
    },
    BOUND_MS,
  );

  test(
    'limits are set for a subject, listed, and taken away',
    async () => {
      const domain = 'domain:Team.example.com';
      const set = await run('limit', 'set', domain, '--concurrent', '3');
      expect(set.out).toMatch(/domain +team\.example\.com .* 3/);
      const listed = (await run('limit', 'list')).out.split('\n').find((line) => line.includes('team.example.com'));
      expect(listed?.split(/ +/)).toEqual(['domain', 'team.example.com', '3']);
      expect((await run('limit', 'set', domain, '--none')).out).toBe(`${domain} has no limits of its own any more.`);
      expect((await run('limit', 'list')).out).not.toContain('team.example.com');
      const wrong = await run('limit', 'set', 'team.example.com', '--concurrent', '1');
      expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('key:<name or id>')]);
    },
    BOUND_MS,
  );

  test(
    'limits are not taken away by saying nothing, and a user whom no key is for is doubted',
    async () => {
      await run('key', 'create', 'of grace', '--owner', 'grace', '--project', 'harbour', '--label', 'ci');
      const set = await run('limit', 'set', 'user:grace', '--concurrent', '3');
      expect([set.code, set.errors]).toEqual([0, '']);
      for (const options of [[], ['--none', '--concurrent', '1']]) {
        const nothing = await run('limit', 'set', 'user:grace', ...options);
        expect([nothing.code, nothing.errors]).toEqual([1, expect.stringContaining('--none')]);
      }
      expect((await run('limit', 'list')).out).toContain('grace');
      const doubted = await run('limit', 'set', 'user:Grace', '--concurrent', '3');
      expect([doubted.code, doubted.errors]).toEqual([0, expect.stringContaining('No key has the owner Grace yet')]);
      for (const user of ['grace', 'Grace']) await run('limit', 'set', `user:${user}`, '--none');
      expect((await run('key', 'list')).out).toMatch(/of grace .*grace .*harbour .*ci /);
    },
    BOUND_MS,
  );

  test(
    'what a key does from now on is said when it is ended, given time, or rotated',
    async () => {
      await run('key', 'create', 'clockwork');
      expect((await run('key', 'expire', 'clockwork')).out).toStartWith('clockwork works no longer, since 20');
      const rotated = await run('key', 'rotate', 'clockwork', '--grace', '0');
      expect(rotated.errors).toContain('the old one is refused from now on.');
      expect(rotated.errors).toMatch(/neither works: bun run nexus key expire [0-9a-f-]{36} never$/);
      expect((await run('key', 'expire', 'clockwork', 'never')).out).toBe('clockwork works for good.');
      const bare = await run('key', 'rotate', 'clockwork', '--grace', '60');
      expect([bare.code, bare.out]).toEqual([1, '']);
      expect(bare.errors).toContain('Write how long with its unit: 60m, 60h or 60d');
      const again = await run('key', 'rotate', 'clockwork');
      expect(again.errors).toMatch(/the old one is good until 20\S+\.$/);
      expect((await run('key', 'list')).out).toMatch(/clockwork .*works; the secret before it until 20/);
    },
    BOUND_MS,
  );

  test(
    'budgets are set for each span, listed with what was spent, and taken away',
    async () => {
      const set = await run('budget', 'set', 'user:ada', '--day', '0.05', '--month', '20');
      expect(set.out).toMatch(/user +ada +day +\$0\.0500 +\$0\.00/);
      expect(set.out).toMatch(/user +ada +month +\$20\.00/);
      expect((await run('budget', 'set', 'user:ada', '--day', 'none')).out).not.toContain('day');
      const listed: unknown = JSON.parse((await run('budget', 'list', '--json')).out);
      expect(listed).toMatchObject([{ subject: 'ada', period: 'month', limitNanoDollars: 2e10, spentNanoDollars: 0 }]);
      const wrong = await run('budget', 'set', 'global');
      expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('--day 5')]);
    },
    BOUND_MS,
  );

  test(
    'a key that is none, and an instant that is none, are told as such',
    async () => {
      const revoked = await run('key', 'revoke', 'nx_live_typed-by-mistake');
      const made = await run('key', 'create', 'ci', '--expires', 'tomorrow');
      const unnamed = await run('key', 'create', '');
      expect([revoked.code, made.code, unnamed.code]).toEqual([1, 1, 1]);
      const past = await run('key', 'create', 'ci', '--expires', '2020-01-31', '--label', '');
      expect([past.code, past.errors]).toEqual([1, expect.stringMatching(/^--\w+: /)]);
      expect(past.errors).not.toMatch(/expiresAt|labels/);
      expect(unnamed.errors).toBe('name: must not be empty');
      expect(revoked.errors).toBe(
        'No key that works has that name or id: `bun run nexus key list` shows what there is.',
      );
      expect(made.errors).toContain('2027-01-31');
    },
    BOUND_MS,
  );

  test(
    'storage stats reads straight from the database',
    async () => {
      const { code, out } = await run('storage', 'stats', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ requestCount: 0, dedupRatio: null });
    },
    BOUND_MS,
  );

  test(
    'conversations relink says what it read and what would change',
    async () => {
      const { code, out } = await run('conversations', 'relink', '--dry-run');
      expect(code).toBe(0);
      expect(out).toBe(
        '0 requests read, 0 of them would stand elsewhere.\nNothing was changed. Without --dry-run it will be.',
      );
    },
    BOUND_MS,
  );
});

test('with storage switched off there is nothing to ask, and the setting is named', async () => {
  const { code, errors } = await terminal.run(['key', 'list'], { STORAGE_ENABLED: 'off' });
  expect([code, errors]).toEqual([1, 'STORAGE_ENABLED is off, so there is no database to ask.']);
});

test('a database that is away is told in words, without its password', async () => {
  const DATABASE_URL = 'postgres://nexus:planted@127.0.0.1:1/nexus';
  const { code, errors } = await terminal.run(['key', 'list'], { DATABASE_URL });
  expect(code).toBe(1);
  expect(errors).not.toContain('planted');
  expect(errors).toStartWith('The database cannot be used: ');
});
