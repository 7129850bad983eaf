import { SUBJECT_KINDS } from '@nexus/contract';
import type { Perform } from '../../with-operations.ts';
import { findKeyId } from '../key/choose-key.ts';

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
  return { subjectKind, subject: subjectKind === 'key' ? await findKeyId(perform, subject, nowMs) : subject };
}
