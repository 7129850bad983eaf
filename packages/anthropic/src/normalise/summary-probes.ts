import { type Digest, type LinkHash, toLinkHash } from './link-hash.ts';

/**
 * What a client writes into the message that opens a compacted conversation: old and new wording of Claude Code.
 */
const CONTINUATION = 'This session is being continued from a previous conversation';
const SUMMARY_FOLLOWS = [
  'The conversation is summarized below:',
  'The summary below covers the earlier portion of the conversation.',
];
const SUMMARY_ENDS = [
  'Please continue the conversation',
  'If you need specific details from before compaction',
  'Continue the conversation from where it left off',
];

/** Whether `text` opens a conversation that goes on from a compacted one. */
export function isContinuationText(text: string): boolean {
  return text.includes(CONTINUATION);
}

/** The probes of the summary that a continuation carries; none where it carries none that is long enough. */
export function probesOfContinuation(text: string, digest: Digest): LinkHash[] {
  if (!isContinuationText(text)) return [];
  const start = SUMMARY_FOLLOWS.map((words) => text.indexOf(words) + words.length).find(
    (at, index) => at >= (SUMMARY_FOLLOWS[index] ?? '').length,
  );
  if (start === undefined) return [];
  const ends = SUMMARY_ENDS.map((words) => text.indexOf(words, start)).filter((at) => at !== -1);
  return toProbes(text.slice(start, Math.min(text.length, ...ends)), digest);
}

/** The probes of the answer to a compaction call. */
export function probesOfSummary(text: string, digest: Digest): LinkHash[] {
  return toProbes(text, digest);
}

/** 200 characters were found to collide in 7 of 17 real chains, 2,000 in none; the shorter ones survive edited ends. */
const PROBE_LENGTHS = [2_000, 1_000, 500];
const SUMMARY_LENGTH_MIN = 100;
const READ_LENGTH_MAX = 32_000;

/**
 * Hashes of the beginnings of a summary, longest first. Only letters and digits count: clients put other tags, line
 * breaks and dots around the words that Claude wrote.
 */
function toProbes(text: string, digest: Digest): LinkHash[] {
  const words = summaryOf(text)
    .slice(0, READ_LENGTH_MAX)
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();
  if (words.length < SUMMARY_LENGTH_MIN) return [];
  const lengths = [Math.min(words.length, PROBE_LENGTHS[0] ?? 0), ...PROBE_LENGTHS.slice(1)];
  const probes = lengths.filter((length) => length <= words.length).map((length) => words.slice(0, length));
  return [...new Set(probes)].map((probe) => toLinkHash(digest, ['summary', probe]));
}

/** The summary proper: within its tags, or behind the word a client puts in their place; without the analysis before. */
function summaryOf(text: string): string {
  const open = text.indexOf('<summary>');
  if (open !== -1) {
    const close = text.indexOf('</summary>', open);
    return text.slice(open + '<summary>'.length, close === -1 ? text.length : close);
  }
  const heading = /(?:^|\n)[ \t]*summary:/i.exec(text);
  return heading === null ? text : text.slice(heading.index + heading[0].length);
}
