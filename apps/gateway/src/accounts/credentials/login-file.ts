import { readFile, realpath, stat } from 'node:fs/promises';
import { Secret } from '@nexus/config';
import { z } from 'zod';
import { MintError } from './mint.ts';

/** The tokens of a login. */
export interface Login {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number | null;
}

/** Who may read a file, and whose it is: what replaces it must be the same. */
export interface FileOwner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A credential file, read to be written again. */
export interface LoginFile {
  /** Where it really is: links are written through, as mounted folders need. */
  readonly target: string;
  readonly owner: FileOwner;
  readonly mtimeMs: number;
  readonly login: Login;
  /** The whole text with these tokens in the place of the old ones; everything else stays. */
  withLogin(login: Login, scopes: readonly string[] | null): string;
}

const OauthPart = z.looseObject({
  accessToken: z.string().trim().min(1),
  refreshToken: z.string().trim().optional(),
  expiresAt: z.int().positive().optional(),
});
const Holder = z.looseObject({ oauth: OauthPart });
const Pool = z.looseObject({ accounts: z.array(z.looseObject({})) });

/**
 * Reads the login of one account as it stands in its file now.
 * @throws {MintError} where the file or the login in it is gone or broken.
 */
export async function readLoginFile(path: string, accountId: string): Promise<LoginFile> {
  try {
    const target = await realpath(path);
    const [text, { mode, uid, gid, mtimeMs }] = await Promise.all([readFile(target, 'utf8'), stat(target)]);
    return { target, owner: { mode: mode & 0o777, uid, gid }, mtimeMs, ...parseLoginText(text, accountId) };
  } catch (cause) {
    throw new MintError('the credential file of the login cannot be read', { cause });
  }
}

/** @throws {Error} where there is no login of this account in the text. */
export function parseLoginText(text: string, accountId: string): Pick<LoginFile, 'login' | 'withLogin'> {
  const file: unknown = JSON.parse(text);
  const pool = Pool.safeParse(file);
  const index = pool.success ? pool.data.accounts.findIndex((account) => account['id'] === accountId) : -1;
  const holder = Holder.parse(pool.success ? pool.data.accounts[index] : file);
  return {
    login: toLogin(holder.oauth),
    withLogin(login, scopes) {
      const changed = {
        ...holder,
        oauth: { ...holder.oauth, ...toOauthPart(login), ...(scopes === null ? {} : { scopes }) },
      };
      const whole = pool.success ? { ...pool.data, accounts: pool.data.accounts.with(index, changed) } : changed;
      return `${JSON.stringify(whole, null, 2)}\n`;
    },
  };
}

function toLogin({ accessToken, refreshToken, expiresAt }: z.output<typeof OauthPart>): Login {
  return {
    accessToken: new Secret(accessToken),
    refreshToken: refreshToken === undefined || refreshToken === '' ? null : new Secret(refreshToken),
    expiresAtMs: expiresAt ?? null,
  };
}

function toOauthPart({ accessToken, refreshToken, expiresAtMs }: Login): Record<string, unknown> {
  return {
    accessToken: accessToken.reveal(),
    ...(refreshToken === null ? {} : { refreshToken: refreshToken.reveal() }),
    ...(expiresAtMs === null ? {} : { expiresAt: expiresAtMs }),
  };
}
