import { toInstant } from '../../to-instant.ts';
import type { ReadableBranch, ReadableConversation, ReadableMessage } from './load-readable.ts';
import { toBranchHeading, toSpeaker } from './to-branch-heading.ts';
import type { MessagePart } from './to-message-parts.ts';

/** A conversation as a Markdown page. What was said in Markdown stays Markdown; all else stands in code fences. */
export function toMarkdown({ conversation, branches }: ReadableConversation): string {
  const { title, domain, firstMessageTime, lastMessageTime, turnCount, modelsUsed } = conversation;
  const facts = [
    `- Conversation: ${conversation.conversationId}`,
    `- Domain: ${domain}`,
    `- From ${firstMessageTime} to ${lastMessageTime}`,
    `- Turns: ${turnCount}`,
    `- Models: ${modelsUsed.join(', ')}`,
  ];
  const heading = `# ${toOneLine(title ?? 'Conversation')}`;
  return `${[heading, facts.join('\n'), ...branches.flatMap(toBranchLines)].join('\n\n')}\n`;
}

function toBranchLines(branch: ReadableBranch): string[] {
  const note = branch.isPartial ? ['_Part of what was said here was not kept._'] : [];
  return [`## ${toBranchHeading(branch)}`, ...note, ...branch.messages.flatMap(toMessageLines)];
}

function toMessageLines({ role, atMs, parts }: ReadableMessage): string[] {
  const time = atMs === null ? '' : ` · ${toInstant(atMs)}`;
  return [`### ${toSpeaker(role)}${time}`, ...parts.map(toPartText)];
}

function toPartText({ kind, label, text }: MessagePart): string {
  if (kind === 'text' && label === '') return text;
  return `**${toOneLine(label)}**\n\n${toFence(text)}`;
}

/** A fence that nothing in the text can close. */
function toFence(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((length, [run]) => Math.max(length, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function toOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
