import type { AuditEntry } from '@nexus/contract';
import { formatLeft } from './account-words.ts';
import { isRule, toRuleChangeWords, toRuleDetailWords } from './audit-rule-words.ts';
import { countOf } from './format-count.ts';
import { formatBytes } from './format-bytes.ts';
import { formatExact } from './format-instant.ts';

const ACTOR_WORDS: Readonly<Record<string, string>> = {
  person: 'Somebody signed in',
  'dashboard-key': 'The dashboard key',
  'local-cli': 'The command line',
  key: 'A client key',
  gateway: 'The gateway itself',
};

/** Who made a change; what no version of this page knows is told as it is stored. */
export function toActorWords({ actor, actorId }: Pick<AuditEntry, 'actor' | 'actorId'>): string {
  const who = ACTOR_WORDS[actor] ?? actor;
  if (actorId === null) return who;
  if (actor === 'dashboard-key') return `${who}, used by ${actorId} by their own word`;
  return actor === 'local-cli' ? `${who}, as ${actorId}` : `${who}, …${actorId.slice(-8)}`;
}

const VERB_WORDS: Readonly<Record<string, string>> = {
  add: 'added',
  login: 'signed in for',
  pause: 'paused',
  remove: 'removed',
  replace: 'gave another credential to',
  resume: 'resumed',
  create: 'made',
  revoke: 'revoked',
  rotate: 'rotated',
  expire: 'moved the end of',
  set: 'set',
  delete: 'deleted',
  import: 'imported',
  relink: 'relinked',
  drop: 'dropped what was too old from',
};

type Change = Pick<AuditEntry, 'verb' | 'noun' | 'nounId' | 'detail'>;

/** What was changed, such as "deleted a conversation"; `names` are those of keys by their ids. */
export function toChangeWords(change: Change, names: ReadonlyMap<string, string> = new Map()): string {
  const { verb, noun } = change;
  if (isRule(change)) return toRuleChangeWords(change, names);
  const words = VERB_WORDS[verb] ?? verb;
  return noun === 'storage' || verb === 'relink'
    ? `${words} ${noun === 'storage' ? noun : 'conversations'}`
    : `${words} ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** What else is known of a change, in few words. */
export function toDetailWords(change: Change): string {
  const { detail } = change;
  if (isRule(change)) return toRuleDetailWords(change);
  return Object.entries(detail)
    .flatMap(([name, value]) => {
      if (name === 'expiresAt') return typeof value === 'string' ? `to ${formatExact(value)}` : 'to never';
      if (name === 'graceSeconds' && typeof value === 'number') return toGraceWords(value);
      if (value === null || value === '') return [];
      if (name === 'requestCount' && typeof value === 'number') return countOf(value, 'request');
      if (name === 'bytes' && typeof value === 'number') return value === 0 ? [] : formatBytes(value);
      if (name === 'name') return String(value);
      if (value === 0) return [];
      return `${toWords(name)} ${String(value)}`;
    })
    .join(' · ');
}

function toGraceWords(seconds: number): string {
  if (seconds === 0) return 'the old secret ended at once';
  return `the old secret stays good for ${formatLeft(new Date(seconds * 1_000).toISOString(), 0)}`;
}

/** `deletedConversations` as people write it. */
function toWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
