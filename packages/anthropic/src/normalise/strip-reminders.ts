/**
 * `text` without the notes to the model that Claude Code puts between `<system-reminder>` tags, and without the space
 * before each. A note ends at the first closing tag; one that is never closed stays. Of a note that tells what a
 * background task did the news stay: they come once, and a turn begins with them. Linear in the length of `text`.
 */
export function stripReminders(text: string): string {
  if (!text.includes('<')) return text;
  const kept: string[] = [];
  let from = 0;
  let open = -1;
  for (const tag of text.matchAll(/<(\/?)system-reminder>/gi)) {
    if (tag[1] === '') {
      if (open === -1) open = tag.index;
    } else if (open !== -1) {
      kept.push(text.slice(from, open).trimEnd(), newsOf(text.slice(open, tag.index)));
      from = tag.index + tag[0].length;
      open = -1;
    }
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}

const NEWS_OPEN = '<task-notification>';
const NEWS_CLOSE = '</task-notification>';

/** What a note tells of background tasks (Claude Code 2.1), without the words around that say how to take it. */
function newsOf(note: string): string {
  const open = note.indexOf(NEWS_OPEN);
  const close = note.lastIndexOf(NEWS_CLOSE);
  return open === -1 || close < open ? '' : note.slice(open, close + NEWS_CLOSE.length);
}

/** Text as it counts in comparisons: without reminders, LF for CRLF, no space around it. */
export function toStableText(text: string): string {
  return stripReminders(text).replaceAll('\r\n', '\n').trim();
}
