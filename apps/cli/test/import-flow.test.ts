import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aTerminal } from './a-terminal.ts';

const terminal = aTerminal();
const folder = mkdtempSync(path.join(tmpdir(), 'nexus-import-flow-'));
const credentialsDir = path.join(folder, 'credentials');
const secretsFile = path.join(folder, 'secrets.json');

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  terminal.remove();
});

const ONE = { clientId: 'client-1', clientSecret: 'hunter-secret-one', tenant: 'harbour' };

async function run(secrets: unknown, ...flags: readonly string[]) {
  const text = typeof secrets === 'string' ? secrets : JSON.stringify(secrets);
  await Bun.write(secretsFile, text);
  return terminal.run(['import', 'flow', secretsFile, ...flags], { CREDENTIALS_DIR: credentialsDir });
}

async function readWritten(domain = 'default'): Promise<unknown> {
  return Bun.file(path.join(credentialsDir, `${domain}.credentials.json`)).json();
}

describe('nexus import flow', () => {
  test('makes a pool of a secrets.json with comments; an entry that stands twice weighs twice', async () => {
    const text = `// the harbour's\n[${JSON.stringify(ONE)}, {clientId: 'client-2', clientSecret: 's', tenant: 't', name: 'Spare', agent: 'x',},
      ${JSON.stringify(ONE)}]`;
    const { code, out } = await run(text, '--allow-secret-claim');
    expect([code, out.startsWith('Wrote 2 accounts to ')]).toEqual([0, true]);
    const upstream = {
      baseUrl: 'https://flow.ciandt.com/flow-llm-proxy',
      withoutBetas: [{ beta: 'context-management-2025-06-27', field: 'context_management' }],
    };
    const consent = { type: 'flow', allowSecretClaim: true, upstream };
    expect(await readWritten()).toEqual({
      strategy: 'weighted',
      accounts: [
        { id: 'flow:client-1', ...ONE, ...consent, weight: 2 },
        { id: 'flow:Spare', clientId: 'client-2', clientSecret: 's', tenant: 't', ...consent },
      ],
    });
    expect(statSync(path.join(credentialsDir, 'default.credentials.json')).mode & 0o777).toBe(0o600);
  });

  test('needs a word of consent, since tokens carry the secret, and writes nothing without it', async () => {
    const { code, errors } = await run([ONE]);
    expect([code, errors.includes('--allow-secret-claim')]).toEqual([1, true]);
    expect(await Bun.file(path.join(credentialsDir, 'default.credentials.json')).exists()).toBe(false);
  });

  test('only checks where it is asked to', async () => {
    expect(await run([ONE], '--check')).toMatchObject({ code: 0, out: `${secretsFile} is right: 1 account.` });
    expect(await Bun.file(path.join(credentialsDir, 'default.credentials.json')).exists()).toBe(false);
  });

  test('tells everything that is wrong, each with its index, never a value, and ends with 1', async () => {
    const { code, errors } = await run(
      [ONE, 'text', { clientId: 'c', tenant: 7 }, { ...ONE, clientSecret: '  ', name: [] }],
      '--allow-secret-claim',
    );
    expect([code, errors.split('\n')]).toEqual([
      1,
      [
        'One or more authentication configurations are invalid',
        '  [1] Configuration must be a dictionary',
        '  [2] Missing required fields: clientSecret',
        "  [2] Field 'tenant' must be a string, got number",
        "  [3] Field 'clientSecret' cannot be empty or whitespace-only",
        "  [3] Field 'name' must be a string, got array",
      ],
    ]);
    expect(errors).not.toContain('hunter');
  });

  test.each([
    ['{', 'Invalid JSON format in secrets file'],
    ['{}', 'Secrets file must contain an array, got object'],
    ['null', 'Secrets file must contain an array, got null'],
    ['[]', 'Secrets array cannot be empty – at least one authentication configuration is required'],
  ])('says of %s: %s', async (text, problem) => {
    expect(await run(text, '--check')).toMatchObject({ code: 1, errors: problem });
  });

  test('says where it looked for a file that is not there', async () => {
    const { code, errors } = await terminal.run(['import', 'flow', path.join(folder, 'nowhere.json'), '--check']);
    expect([code, errors]).toEqual([
      1,
      `Secrets file not found at resolved path: ${path.join(folder, 'nowhere.json')}`,
    ]);
  });

  test('never overwrites a credential file', async () => {
    await run([ONE], '--allow-secret-claim', '--domain', 'Flow.Example.com');
    const again = await run([{ ...ONE, tenant: 'other' }], '--allow-secret-claim', '--domain', 'flow.example.com');
    expect([again.code, again.errors.includes('is there already')]).toEqual([1, true]);
    expect(JSON.stringify(await readWritten('flow.example.com'))).toContain('harbour');
  });
});
