import { isObject } from '../json/is-object.ts';
import { readPartyName } from './read-party-name.ts';
import { textsOf } from './user-texts.ts';

/**
 * What a request is for: `x-nexus-project`, else the working directory that Claude Code tells the model. It stands in the
 * environment of the system prompt, or in a message of the role `system` where the model takes those; of several the
 * latest counts. What users and tools say is not asked: they may quote anything.
 */
export function findProject(header: string | null, body: Readonly<Record<string, unknown>>): string | null {
  return readPartyName(header) ?? readPartyName(findDirectory(body));
}

function findDirectory({ system, messages }: Readonly<Record<string, unknown>>): string | null {
  const told = Array.isArray(messages)
    ? messages.filter(isSystemMessage).flatMap(({ content }) => textsOf(content))
    : [];
  for (const text of [...textsOf(system), ...told].toReversed()) {
    const directory = readDirectory(text);
    if (directory !== null) return directory;
  }
  return null;
}

function isSystemMessage(message: unknown): message is Readonly<Record<string, unknown>> {
  return isObject(message) && message['role'] === 'system';
}

/** Looked for first, since a search for fixed words takes a tenth of the time that the expression takes. */
const WORDS = 'orking directory: ';

/** `Working directory:` in `<env>`, ` - Primary working directory:` since Claude Code 2.1; an absolute path. */
const DIRECTORY = /^[ \t]*(?:- )?(?:Primary working|Working) directory: ((?:\/|~|[A-Za-z]:[\\/]|\\\\)[^\r\n]*)/m;

function readDirectory(text: string): string | null {
  return text.includes(WORDS) ? (DIRECTORY.exec(text)?.[1]?.trim() ?? null) : null;
}
