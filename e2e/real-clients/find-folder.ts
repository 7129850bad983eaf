import type { MessagesBody } from '@nexus/testkit';

/** The folder that Claude Code says it works in. */
export function findFolder(body: MessagesBody): string {
  const folder = /(?:working directory|cwd)[^/]*(\/[^\s"'`\\]+)/i.exec(JSON.stringify(body.json))?.[1];
  if (folder === undefined) throw new Error('Claude Code did not say where it works');
  return folder;
}
