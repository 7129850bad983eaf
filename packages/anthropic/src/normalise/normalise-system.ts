import { textsOf } from '../request/user-texts.ts';
import { type Digest, type LinkHash, toLinkHash } from './link-hash.ts';
import { toStableText } from './strip-reminders.ts';

/**
 * The hash of a system prompt without what changes from turn to turn or from day to day: the billing line, reminders,
 * the environment, dates and the git status. Null where nothing is left.
 */
export function hashSystem(system: unknown, digest: Digest): LinkHash | null {
  const text = toStableText(withoutVolatile(textsOf(system).join('\n')));
  return text === '' ? null : toLinkHash(digest, ['system', text]);
}

const VOLATILE_BLOCKS = [
  ['<env>', '</env>'],
  ['<transient_context>', '</transient_context>'],
] as const;

const VOLATILE_LINE =
  /^[ \t]*(?:- )?(?:x-anthropic-billing-header:|today's date|current date|working directory:|primary working directory:|is directory a git repo|is a git repository:|platform:|shell:|os version:|current branch:|main branch|git user:)/i;

/** Claude Code writes the git status last, so what follows it belongs to it. */
const STATUS_TAIL = /^gitStatus:/m;

function withoutVolatile(text: string): string {
  const tail = STATUS_TAIL.exec(text);
  const kept = VOLATILE_BLOCKS.reduce(withoutBlock, tail === null ? text : text.slice(0, tail.index));
  return kept
    .split('\n')
    .filter((line) => !VOLATILE_LINE.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function withoutBlock(text: string, [open, close]: (typeof VOLATILE_BLOCKS)[number]): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(open, from);
    const end = start === -1 ? -1 : text.indexOf(close, start);
    if (end === -1) break;
    kept.push(text.slice(from, start));
    from = end + close.length;
  }
  return kept.join('') + text.slice(from);
}
