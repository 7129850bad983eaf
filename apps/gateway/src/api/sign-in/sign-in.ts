import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSignInLinks, type LinkBearer, loadSecret, type SignInLink } from '@nexus/services';
import { jwtVerify, SignJWT } from 'jose';
import { readCookie } from './cookie.ts';

export interface SignInOptions {
  /** Absolute NEXUS_DATA_DIR. */
  readonly dataDir: string;
  /** How long a session lasts, in hours. */
  readonly hours: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
}

/** Somebody who is signed in: a person in a browser, or the command line on this machine. */
export interface Session extends LinkBearer {
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

type EndedSession = Pick<Session, 'sessionId' | 'expiresAtMs'>;

export interface OpenedSession extends Session {
  readonly cookieName: string;
  readonly cookieValue: string;
  readonly maxAgeS: number;
}

/** Signing in by one-time links, and the sessions that follow. */
export interface SignIn {
  /** A fresh one-time link; its `path` goes behind the address of the dashboard. */
  issueLink(): Promise<SignInLink>;
  /** Whom a link lets in, once for every link; null ever after. */
  redeem(token: string): Promise<LinkBearer | null>;
  open(bearer?: LinkBearer): Promise<OpenedSession>;
  /** The session of a request's cookie; null where there is none, it is forged, over or ended. */
  find(request: Request): Promise<Session | null>;
  /** Ends a session everywhere its cookie was copied to. */
  end(session: EndedSession): Promise<void>;
  readonly cookieName: string;
}

/**
 * Sessions are signed tokens (HS256) under a secret of the data folder; ending one leaves a marker file there until the
 * token would have expired, so every process of the folder refuses it.
 */
export async function createSignIn(options: SignInOptions): Promise<SignIn> {
  const { dataDir, clock } = options;
  const links = createSignInLinks({ dataDir, clock });
  const secret = await loadSecret(dataDir, 'session.key');
  const endedFolder = path.join(dataDir, 'sign-in', 'ended');
  // Cookies know no ports: two gateways on one host must not sign each other out.
  const cookieName = `nexus_session_${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;

  return {
    cookieName,
    issueLink: () => links.issue(),
    redeem: (token) => links.redeem(token),

    async open({ localUser } = { localUser: null }) {
      const sessionId = options.newId();
      const startedAtS = Math.floor(clock() / 1000);
      const maxAgeS = options.hours * 3600;
      const expiresAtS = startedAtS + maxAgeS;
      const cookieValue = await new SignJWT(localUser === null ? {} : { localUser })
        .setProtectedHeader({ alg: 'HS256' })
        .setJti(sessionId)
        .setIssuedAt(startedAtS)
        .setExpirationTime(expiresAtS)
        .setAudience('dashboard')
        .sign(secret);
      return { sessionId, expiresAtMs: expiresAtS * 1000, localUser, cookieName, cookieValue, maxAgeS };
    },

    async find(request) {
      const token = readCookie(request.headers.get('cookie'), cookieName);
      const session = token === null ? null : await findSession(token, { secret, nowMs: clock() });
      return session !== null && !(await exists(path.join(endedFolder, toEndedName(session)))) ? session : null;
    },

    async end(session) {
      await mkdir(endedFolder, { recursive: true, mode: 0o700 });
      await writeFile(path.join(endedFolder, toEndedName(session)), '', { mode: 0o600 });
      await dropPastMarkers(endedFolder, clock());
    },
  };
}

async function findSession(token: string, proof: { secret: Uint8Array; nowMs: number }): Promise<Session | null> {
  try {
    const { payload } = await jwtVerify(token, proof.secret, {
      algorithms: ['HS256'],
      audience: 'dashboard',
      currentDate: new Date(proof.nowMs),
      requiredClaims: ['jti', 'exp'],
    });
    if (payload.jti === undefined || payload.exp === undefined) return null;
    const { localUser } = payload;
    return {
      sessionId: payload.jti,
      expiresAtMs: payload.exp * 1000,
      localUser: typeof localUser === 'string' ? localUser : null,
    };
  } catch {
    // A cookie that is forged, cut or too old is no cookie; why does not matter to the caller.
    return null;
  }
}

/** The end of the session leads the name, so that markers can be dropped when they have nothing left to refuse. */
function toEndedName(session: EndedSession): string {
  return `${session.expiresAtMs}-${createHash('sha256').update(session.sessionId).digest('hex')}`;
}

async function dropPastMarkers(folder: string, nowMs: number): Promise<void> {
  const past = (await readdir(folder)).filter((name) => Number(name.split('-')[0]) < nowMs);
  await Promise.all(past.map((name) => rm(path.join(folder, name), { force: true })));
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
