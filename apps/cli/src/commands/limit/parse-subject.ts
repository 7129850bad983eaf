import { SUBJECT_KINDS } from '@nexus/contract';
import type { Perform } from '../../with-operations.ts';
import { findKey } from '../key/choose-key.ts';

export interface Subject {
  readonly subjectKind: (typeof SUBJECT_KINDS)[number];
  readonly subject: string;
}

/** How subjects are written on the command line. */
export const SUBJECT_HELP = 'key:<name or id>, user:<owner>, project:<project>, domain:<host> or global';

/** The subject that `text` names at `nowMs`; a key by its name or id. @throws {Error} where it names none. */
export async function parseSubject(text: string, perform: Perform, nowMs: number): Promise<Subject> {
  if (text === 'global') return { subjectKind: 'global', subject: '*' };
  const colon = text.indexOf(':');
  const subjectKind = SUBJECT_KINDS.find((kind) => kind === text.slice(0, colon));
  const subject = text.slice(colon + 1);
  if (colon === -1 || subjectKind === undefined || subject === '') throw new Error(`${text}: write ${SUBJECT_HELP}`);
  if (subjectKind !== 'key') return { subjectKind, subject };
  return { subjectKind, subject: (await findKey(perform, subject, nowMs)).keyId };
}

/** What to say of a user or a project that no key belongs to: most likely it is written otherwise. Null where some key does. */
export async function findDoubt({ subjectKind, subject }: Subject, perform: Perform): Promise<string | null> {
  if (subjectKind !== 'user' && subjectKind !== 'project') return null;
  const field = subjectKind === 'user' ? 'owner' : 'project';
  const { keys } = await perform('key.list', {});
  if (keys.some((key) => key[field] === subject && key.revokedAt === null)) return null;
  return `No key has the ${field} ${subject} yet, so this is about nobody: bun run nexus key list`;
}
