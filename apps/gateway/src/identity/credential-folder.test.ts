import { afterEach, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@nexus/config';
import { createLogger } from '@nexus/telemetry';
import { waitFor } from '../../test/support/wait-for.ts';
import { type CredentialFolder, openCredentialFolder } from './credential-folder.ts';

const folders: string[] = [];
const open: CredentialFolder[] = [];
const lines: string[] = [];

afterEach(async () => {
  for (const folder of open.splice(0)) folder.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  lines.length = 0;
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-credentials-'));
  folders.push(folder);
  return folder;
}

async function openFolder(folder: string, pause?: () => Promise<void>): Promise<CredentialFolder> {
  const log = createLogger({
    level: 'info',
    format: 'json',
    maskText: (line) => line,
    write: (line) => lines.push(line),
  });
  const opened = await openCredentialFolder({ folder, log, ...(pause === undefined ? {} : { pause }) });
  open.push(opened);
  return opened;
}

function write(folder: string, name: string, key: string): Promise<number> {
  return Bun.write(join(folder, name), JSON.stringify({ type: 'api_key', api_key: key }));
}

function keyOf(folder: CredentialFolder, name: string): string | null {
  const credential = folder.find(name)?.accounts[0]?.credential;
  return credential?.kind === 'api-key' && credential.key instanceof Secret ? credential.key.reveal() : null;
}

test('files that are there at the start are loaded, whatever the letter case of their names', async () => {
  const folder = await makeFolder();
  await write(folder, 'Team.Example.com.credentials.json', 'key-1');
  await Bun.write(join(folder, 'notes.txt'), 'not a credential');
  const opened = await openFolder(folder);
  expect(opened.names()).toEqual(['team.example.com']);
  expect(keyOf(opened, 'team.example.com')).toBe('key-1');
});

test('an edit, a new file and a removal are seen by themselves', async () => {
  const folder = await makeFolder();
  await write(folder, 'a.example.credentials.json', 'key-1');
  const opened = await openFolder(folder);
  await write(folder, 'a.example.credentials.json', 'key-22');
  await write(folder, 'b.example.credentials.json', 'key-3');
  await waitFor('the edit', () => keyOf(opened, 'a.example') === 'key-22' && keyOf(opened, 'b.example') === 'key-3');
  await unlink(join(folder, 'b.example.credentials.json'));
  await waitFor('the removal', () => opened.find('b.example') === null);
});

test('a folder that appears later is found', async () => {
  const parent = await makeFolder();
  const folder = join(parent, 'later');
  const opened = await openFolder(folder);
  expect(opened.names()).toEqual([]);
  await mkdir(folder);
  await write(folder, 'a.example.credentials.json', 'key-1');
  await waitFor('the folder', () => keyOf(opened, 'a.example') === 'key-1');
});

test('a broken edit keeps the last good content and is told loudly, without what stands in the file', async () => {
  const folder = await makeFolder();
  await write(folder, 'a.example.credentials.json', 'key-1');
  const opened = await openFolder(folder);
  await Bun.write(join(folder, 'a.example.credentials.json'), '{"type":"api_key","api_key": sk-ant-broken');
  await waitFor('the log line', () => lines.some((line) => line.includes('last good content')));
  expect(keyOf(opened, 'a.example')).toBe('key-1');
  expect(lines.join('')).not.toContain('sk-ant-broken');
});

test('a file that is being written in place is read again before it is called broken', async () => {
  const folder = await makeFolder();
  await write(folder, 'a.example.credentials.json', 'key-1');
  const begun = Promise.withResolvers<void>();
  const opened = await openFolder(folder, async () => {
    await begun.promise;
    await write(folder, 'a.example.credentials.json', 'key-22');
    await write(folder, 'b.example.credentials.json', 'key-3');
  });
  await Bun.write(join(folder, 'a.example.credentials.json'), '');
  await Bun.write(join(folder, 'b.example.credentials.json'), '{"type":"api_key",');
  begun.resolve();
  await waitFor('both', () => keyOf(opened, 'a.example') === 'key-22' && keyOf(opened, 'b.example') === 'key-3');
  expect(lines.filter((line) => line.includes('broken'))).toEqual([]);
  expect(lines.filter((line) => line.includes('reloaded'))).toHaveLength(1);
});

test('a broken file among good ones delays nothing from then on, and is told once', async () => {
  const folder = await makeFolder();
  await Bun.write(join(folder, 'a.example.credentials.json'), 'no');
  let pauses = 0;
  const opened = await openFolder(folder, async () => void (pauses += 1));
  await write(folder, 'b.new', 'key-1');
  await rename(join(folder, 'b.new'), join(folder, 'b.example.credentials.json'));
  await opened.refresh();
  await opened.refresh();
  await waitFor('the good one', () => keyOf(opened, 'b.example') === 'key-1');
  expect([pauses, lines.filter((line) => line.includes('broken')).length]).toEqual([1, 1]);
});

test('a file that was never good makes its domain unusable instead of unknown', async () => {
  const folder = await makeFolder();
  await Bun.write(join(folder, 'a.example.credentials.json'), '{}');
  const opened = await openFolder(folder);
  expect(opened.find('a.example')?.accounts[0]?.credential.kind).toBe('invalid');
});

test('a link that leads out of the folder is not followed', async () => {
  const outside = await makeFolder();
  const folder = await makeFolder();
  await write(outside, 'secret.json', 'key-outside');
  await symlink(join(outside, 'secret.json'), join(folder, 'a.example.credentials.json'));
  const opened = await openFolder(folder);
  expect(opened.find('a.example')?.accounts[0]?.credential.kind).toBe('invalid');
});

test('a link inside the folder is followed, as mounted secrets need', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, '..data'));
  await write(join(folder, '..data'), 'a.json', 'key-mounted');
  await symlink(join('..data', 'a.json'), join(folder, 'a.example.credentials.json'));
  expect(keyOf(await openFolder(folder), 'a.example')).toBe('key-mounted');
});

test('a folder that cannot be read for a while takes no credential away', async () => {
  const home = await makeFolder();
  const folder = join(home, 'credentials');
  await write(join(home, 'files'), 'a.example.credentials.json', 'key-1');
  await symlink(join(home, 'files'), folder);
  const opened = await openFolder(folder);
  // Stands for every refusal but "there is no such folder": no file handles left, a network drive that hangs.
  await Bun.write(join(home, 'no-folder'), '');
  await rename(join(home, 'no-folder'), folder);
  await opened.refresh();
  await opened.refresh();
  expect(keyOf(opened, 'a.example')).toBe('key-1');
  expect(lines.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
  await rm(folder);
  await opened.refresh();
  expect(opened.names()).toEqual([]);
});
