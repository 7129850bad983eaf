import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How long a link works. Long enough to walk from a server's terminal to a browser. */
const LINK_LIFE_MS = 3_600_000;

/** Open links of one data folder; a start in a loop must not fill the disk. */
const LINKS_MAX = 50;

export interface SignInLink {
  /** `/sign-in?token=…`, to be put behind the address of the dashboard. */
  readonly path: string;
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Who a link lets in. */
export interface LinkBearer {
  /** The account on this machine where a program made the link for itself; null where it is for a person and a browser. */
  readonly localUser: string | null;
}

/** One-time sign-in links, kept as files of the data folder so that the gateway and `nexus sign-in` share them. */
export interface SignInLinks {
  issue(bearer?: LinkBearer): Promise<SignInLink>;
  /** Whom it lets in, once for every link and only before it expires; null ever after. */
  redeem(token: string): Promise<LinkBearer | null>;
}

/**
 * Links under `<dataDir>/sign-in`. A file is named by the SHA-256 of its token, so the folder alone opens nothing.
 * `clock` gives epoch milliseconds.
 */
export function createSignInLinks(world: { readonly dataDir: string; readonly clock: () => number }): SignInLinks {
  const folder = path.join(world.dataDir, 'sign-in');

  return {
    async issue({ localUser } = { localUser: null }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await dropStaleLinks(folder, world.clock());
      const token = randomBytes(32).toString('base64url');
      const expiresAtMs = world.clock() + LINK_LIFE_MS;
      const text = JSON.stringify({ expiresAtMs, localUser } satisfies LinkFile);
      await writeFile(toLinkFile(folder, token), text, { mode: 0o600, flag: 'wx' });
      return { path: `/sign-in?token=${token}`, token, expiresAtMs };
    },

    async redeem(token) {
      const file = toLinkFile(folder, token);
      const found = await loadLink(file);
      if (found === null) return null;
      // Of several that come at once, exactly one removes the file: that one is let in.
      const removed = await unlink(file).then(
        () => true,
        () => false,
      );
      return removed && world.clock() < found.expiresAtMs ? { localUser: found.localUser } : null;
    },
  };
}

function toLinkFile(folder: string, token: string): string {
  return path.join(folder, `${createHash('sha256').update(token).digest('hex')}.link`);
}

interface LinkFile extends LinkBearer {
  readonly expiresAtMs: number;
}

/** A link of a version before had no account. */
const LINK_TEXT = /^\{"expiresAtMs":(\d{1,16})(?:,"localUser":(null|"(?:[^"\\]|\\.)*"))?\}$/;

/** Null where the link was never made, is used, or its file is not ours. */
async function loadLink(file: string): Promise<LinkFile | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, expiresAtMs, quoted = 'null'] = LINK_TEXT.exec(text) ?? [];
  if (expiresAtMs === undefined) return null;
  const localUser: unknown = JSON.parse(quoted);
  return { expiresAtMs: Number(expiresAtMs), localUser: typeof localUser === 'string' ? localUser : null };
}

/** Removes what has expired and, above the bound, what expires first. */
async function dropStaleLinks(folder: string, nowMs: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.link'));
  const links = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, expiresAtMs: (await loadLink(file))?.expiresAtMs ?? 0 };
    }),
  );
  const open = links.filter((link) => link.expiresAtMs > nowMs).toSorted((a, b) => a.expiresAtMs - b.expiresAtMs);
  const surplus = open.slice(0, Math.max(0, open.length - LINKS_MAX + 1));
  const stale = [...links.filter((link) => link.expiresAtMs <= nowMs), ...surplus];
  await Promise.all(stale.map((link) => rm(link.file, { force: true })));
}
