import type { Block } from '../../../ui/transcript/transcript.ts';

const PROMPT_MAX = 300;

/** What Claude Code writes down in the user's place: the output of its own commands, and the summary it goes on from. */
const WRITTEN_BY_CLIENT = /^\s*<(local-command-|command-(message|args)>)/;
const CONTINUATION = /^\s*This session is being continued from a previous/;
const CONTINUATION_PART = /^\s*(This session is being continued from a previous|Summary:)/;

/** The words a person wrote in a message, in one line; a command alone by its name; null where it is no prompt. */
export function toPrompt(blocks: readonly Block[]): string | null {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  // A reminder stands in the midst of what a session goes on from, so its summary is a text of its own.
  const goesOn = texts.some((text) => CONTINUATION.test(text));
  const written = texts.filter((text) => !WRITTEN_BY_CLIENT.test(text) && !(goesOn && CONTINUATION_PART.test(text)));
  const spoken = written.filter((text) => toCommand(text) === null);
  const words = spoken.length > 0 ? spoken : written.flatMap((text) => toCommand(text) ?? []);
  const line = words.join(' ').slice(0, PROMPT_MAX).replaceAll(/\s+/g, ' ').trim();
  return line === '' ? null : line;
}

function toCommand(text: string): string | null {
  return /^\s*<command-name>([^<]+)<\/command-name>/.exec(text)?.[1] ?? null;
}
