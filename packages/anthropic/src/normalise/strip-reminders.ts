/**
 * `text` without the notes to the model that Claude Code puts between `<system-reminder>` tags, and without the space
 * before each. A note ends at the first closing tag; one that is never closed stays. Linear in the length of `text`.
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
      kept.push(text.slice(from, open).trimEnd());
      from = tag.index + tag[0].length;
      open = -1;
    }
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}

/** Text as it counts in comparisons: without reminders, LF for CRLF, no space around it. */
export function toStableText(text: string): string {
  return stripReminders(text).replaceAll('\r\n', '\n').trim();
}
