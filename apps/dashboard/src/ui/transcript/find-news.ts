/**
 * What Claude Code tells of its background tasks in the user's place, in short; null for what is no news. It stands in a
 * `<task-notification>` within a reminder.
 */
export function findNews(text: string): string | null {
  if (!text.includes('<task-notification>')) return null;
  const summaries = [...text.matchAll(/<summary>([^<]+)<\/summary>/g)].map((match) => (match[1] ?? '').trim());
  return summaries.length === 0 ? 'News of a background task' : summaries.join('; ');
}
