import { isJsonObject, type MessagesBody } from './messages-body.ts';

/** What a request must ask to be meant by a step of a script: everything that is named must be so. */
export interface Asked {
  /** A part of the last words of the user. */
  readonly says?: string;
  /** A part of the first words of the user: what an agent was told, or what a session began with. */
  readonly opensWith?: string;
  /** Whether it names an agent in its headers. */
  readonly isAgent?: boolean;
  /** Whether its last message brings results of tools. */
  readonly bringsResults?: boolean;
  /** How many answers its conversation holds. */
  readonly answers?: number;
}

/** What each name of `Asked` asks for, in words, for help. */
const ABOUT: Readonly<Record<keyof Asked, string>> = {
  says: 'a part of the last words of the user',
  opensWith: 'a part of the first words of the user',
  isAgent: 'true or false: names an agent in its headers',
  bringsResults: 'true or false: the last message brings results of tools',
  answers: 'how many answers the conversation holds',
};

/** Whether `request` asks what is wanted. */
export function isAsking(request: MessagesBody, wanted: Asked): boolean {
  const { says, opensWith, isAgent, bringsResults, answers } = wanted;
  return (
    (says === undefined || request.lastUserText.includes(says)) &&
    (opensWith === undefined || request.openingText.includes(opensWith)) &&
    (isAgent === undefined || isAgent === (request.header('x-claude-code-agent-id') !== null)) &&
    (bringsResults === undefined || bringsResults === request.lastToolResults.length > 0) &&
    (answers === undefined || answers === request.answerCount)
  );
}

/** Whether a value from outside is an `Asked`, without names that mean nothing. */
export function isAsked(value: unknown): value is Asked {
  if (!isJsonObject(value)) return false;
  return Object.entries(value).every(([name, wanted]) => {
    if (name === 'says' || name === 'opensWith') return typeof wanted === 'string';
    if (name === 'isAgent' || name === 'bringsResults') return typeof wanted === 'boolean';
    return name === 'answers' && typeof wanted === 'number';
  });
}

/** How a script is written, for `--help`. */
export function describeScript(): string {
  return [
    'Queue answers with POST /_fake/script (or --script <file>): a JSON list of steps, each taken once and in order.',
    'A step is { "content": "text" or blocks }, { "error": { "status": 529 } } or { "behave": "thinking+crlf" }; or',
    '{ "when": { … }, "answer": <step>, "stays": true }, which waits for requests that ask for it and, where it',
    'stays, answers all of them. In "when":',
    '',
    ...Object.entries(ABOUT).map(([name, about]) => `  ${name.padEnd(15)}${about}`),
  ].join('\n');
}
