import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The 32 bytes of `<dataDir>/secrets/<name>`, made at the first call. Readable by the owner alone.
 * Several processes that start at once get the same bytes. Throws where the folder cannot be written.
 */
export async function loadSecret(dataDir: string, name: string): Promise<Uint8Array> {
  const folder = path.join(dataDir, 'secrets');
  const file = path.join(folder, name);
  const found = await findSecret(file);
  if (found !== null) return found;

  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Written whole beside it, then linked: a reader never sees half a secret, and of two makers one wins.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  await link(draft, file).catch((failure: unknown) => {
    if (!isExisting(failure)) throw failure;
  });
  await rm(draft, { force: true });

  const made = await findSecret(file);
  if (made === null) throw new Error(`the secret file ${file} is damaged; remove it and start again`);
  return made;
}

/** Null where the file does not exist or does not hold 32 bytes. */
async function findSecret(file: string): Promise<Uint8Array | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const bytes = Buffer.from(text.trim(), 'base64url');
  return bytes.length === 32 ? new Uint8Array(bytes) : null;
}

function isExisting(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'EEXIST';
}
