import { readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '@nexus/contract';
import { withLock } from '@nexus/storage';
import { parseCredentialFile } from '../../identity/credential-file.ts';
import type { FileOwner } from './login-file.ts';
import { FILE_WAIT_MS_MAX, toFileLockPath } from './refresh-lock.ts';
import { replaceFile } from './replace-file.ts';

const SUFFIX = '.credentials.json';

/** The file of a domain, `*.example.com` among them. */
export function toFileName(domain: string): {
  readonly name: string;
  readonly full: string;
  readonly idOfSingle: string;
} {
  const name = domain.replace(/^\*\./, '_wildcard.');
  return { name, full: name + SUFFIX, idOfSingle: `file:${name}` };
}

type FileFields = Readonly<Record<string, unknown>>;

/**
 * Puts what `edit` makes of a file in its place, whole or not at all, under the lock that everybody takes who writes it. One
 * that would hold nothing any more goes away.
 * @throws {GatewayError} `credential-unwritable`, or what `edit` throws.
 */
export async function writeCredentialFile(
  asked: string,
  edit: (before: unknown) => Promise<FileFields>,
): Promise<void> {
  const target = await realpath(asked).catch(() => asked);
  try {
    await withLock(toFileLockPath(target), FILE_WAIT_MS_MAX, async () => {
      const before = await readBefore(target);
      const after = await edit(before.json);
      if (isEmpty(after)) await rm(asked);
      else await replaceFile(target, `${JSON.stringify(after, null, 2)}\n`, before.owner);
    });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('credential-unwritable', { cause: error, detail: { file: path.basename(asked) } });
  }
}

/** @throws {GatewayError} `field-invalid` where the account of this id could not be used. */
export function requireUsable(
  file: FileFields,
  { id, ...place }: { readonly id: string; readonly name: string; readonly path: string },
): void {
  const parsed = parseCredentialFile(JSON.stringify(file), place);
  const written = parsed.ok ? parsed.file.accounts.find((candidate) => candidate.id === id)?.credential : undefined;
  const because = parsed.ok ? (written?.kind === 'invalid' ? written.because : null) : parsed.because;
  if (because !== null)
    throw new GatewayError('field-invalid', { publicMessage: `The account cannot be used: ${because}.` });
}

async function readBefore(target: string): Promise<{ json: unknown; owner: FileOwner | null }> {
  try {
    const [text, { mode, uid, gid }] = await Promise.all([readFile(target, 'utf8'), stat(target)]);
    return { json: JSON.parse(text), owner: { mode: mode & 0o777, uid, gid } };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { json: null, owner: null };
    throw error;
  }
}

/** No account, no client key, nothing that another part of the program has in it. */
function isEmpty({ accounts, strategy: _strategy, ...others }: FileFields): boolean {
  return Array.isArray(accounts) && accounts.length === 0 && Object.keys(others).length === 0;
}
