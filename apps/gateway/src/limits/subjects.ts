import type { SubjectKind } from '@nexus/storage';

/** Who sends an exchange, as far as limits and budgets are concerned. */
export interface LimitedCaller {
  readonly domain: string;
  /** Null for callers without a key. */
  readonly keyId: string | null;
  readonly owner: string | null;
  readonly project: string | null;
}

export interface Subject {
  readonly kind: SubjectKind;
  readonly subject: string;
}

/** All that a caller counts for, the narrowest first. */
export function listSubjects({ domain, keyId, owner, project }: LimitedCaller): Subject[] {
  const subjects: Subject[] = [];
  if (keyId !== null) subjects.push({ kind: 'key', subject: keyId });
  if (owner !== null) subjects.push({ kind: 'user', subject: owner });
  if (project !== null) subjects.push({ kind: 'project', subject: project });
  subjects.push({ kind: 'domain', subject: domain }, { kind: 'global', subject: '*' });
  return subjects;
}

/** One text for one subject. */
export function toSubjectText({ kind, subject }: Subject): string {
  return `${kind}:${subject}`;
}

/** Whom a refusal is about, in words that tell nothing of others. */
export function toSubjectWords(kind: SubjectKind): string {
  return WORDS[kind];
}

const WORDS: Readonly<Record<SubjectKind, string>> = {
  key: 'this key',
  user: 'this user',
  project: 'this project',
  domain: 'this domain',
  global: 'this gateway',
};
