import { toInstant } from '../../to-instant.ts';
import type { ReadableBranch, ReadableConversation, ReadableMessage } from './load-readable.ts';
import { toBranchHeading, toSpeaker } from './to-branch-heading.ts';
import type { MessagePart } from './to-message-parts.ts';

/**
 * A conversation as one page that needs nothing else. Everything that was said is text and nothing but text: it is
 * escaped, and the page's own policy forbids scripts and everything from elsewhere.
 */
export function toHtml({ conversation, branches }: ReadableConversation): string {
  const title = escapeHtml(conversation.title ?? 'Conversation');
  const { domain, firstMessageTime, lastMessageTime, turnCount, modelsUsed } = conversation;
  const facts = [domain, `${firstMessageTime} to ${lastMessageTime}`, `${turnCount} turns`, ...modelsUsed];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p>${facts.map(escapeHtml).join(' · ')}</p>
${branches.map(toBranchHtml).join('\n')}
</body>
</html>
`;
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
article { border-left: 3px solid #8888; margin: 1rem 0; padding: 0 0 0 1rem; }
article.assistant { border-color: #c96442; }
h3 { font-size: 0.9rem; margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0.5rem 0; }
details pre { font: 13px/1.5 ui-monospace, monospace; }
`;

function toBranchHtml(branch: ReadableBranch): string {
  const note = branch.isPartial ? '<p><em>Part of what was said here was not kept.</em></p>' : '';
  const messages = branch.messages.map(toMessageHtml).join('\n');
  return `<section>\n<h2>${escapeHtml(toBranchHeading(branch))}</h2>\n${note}${messages}\n</section>`;
}

function toMessageHtml({ role, atMs, parts }: ReadableMessage): string {
  const time = atMs === null ? '' : ` · <time>${toInstant(atMs)}</time>`;
  const side = role === 'assistant' ? 'assistant' : 'user';
  return `<article class="${side}"><h3>${escapeHtml(toSpeaker(role))}${time}</h3>${parts.map(toPartHtml).join('')}</article>`;
}

function toPartHtml({ kind, label, text }: MessagePart): string {
  const body = `<pre>${escapeHtml(text)}</pre>`;
  if (kind === 'text' && label === '') return body;
  return `<details><summary>${escapeHtml(label)}</summary>${body}</details>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
