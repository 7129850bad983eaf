import path from 'node:path';
import { type FakeClaude, type ScriptStep, toolUseBlock, type WaitingStep } from '@nexus/testkit';
import { createClaudeCodeHome } from './claude-code-home.ts';
import { type ClaudeCodeRun, runClaudeCode } from './run-claude-code.ts';
import { watchClaudeCode } from './watch-claude-code.ts';

const FILES = { 'log.txt': 'Fog until noon.', 'boats.txt': 'Anna, Berta, Clara' };
/** One word, since a terminal paints words one by one. */
const LAST_WORD = 'Harbour-is-watched.';

interface HarbourSession {
  readonly fake: FakeClaude;
  readonly baseUrl: string;
  /** A folder to run it in, where one is to be known by name. */
  readonly home?: string;
  /** What Claude Code asks for; without it, what the fake Claude knows as its own. */
  readonly model?: string;
}

/**
 * A session of the real Claude Code as people have them: a file is read, two agents are sent at once and one of them sends
 * another, their news come back, the session is resumed in a second process, compacted, gone on with, and from there
 * once under a session id of its own and once under the first.
 */
export async function runHarbourSession({ fake, baseUrl, model, ...at }: HarbourSession): Promise<void> {
  const home = await createClaudeCodeHome(FILES, at.home);
  const env: Readonly<Record<string, string>> = model === undefined ? {} : { ANTHROPIC_MODEL: model };
  fake.script(toHarbourScript(home.cwd));
  try {
    await watchClaudeCode({ baseUrl, home, env, prompt: 'Look after the harbour.', lastWord: LAST_WORD });
    const { sessionId } = await runHere('Tell me more.', ['--continue']);
    await runHere('/compact', ['--resume', sessionId]);
    await runHere('And what of the lamps?', ['--resume', sessionId]);
    await runHere('/context', ['--resume', sessionId]);
    await runHere('And now as another session.', ['--resume', sessionId, '--fork-session']);
    await runHere('Back in the first session.', ['--resume', sessionId]);
  } finally {
    await home.remove();
  }

  async function runHere(prompt: string, args: readonly string[]): Promise<ClaudeCodeRun> {
    const run = await runClaudeCode({ baseUrl, home, env, prompt, args });
    if (run.isError || run.exitCode !== 0) throw new Error(`Claude Code failed at "${prompt}": ${run.output}`);
    return run;
  }
}

const SUMMARY = [
  '1. Primary request: look after the harbour and report on it.',
  '2. Two agents were sent: one counted twelve tides and asked about the moon, the other counted three boats.',
  '3. The user wanted to hear more, and was told that the log was kept until noon.',
].join('\n');

/** What Claude says in it, told by words alone, so that it is the same whatever signals come along. */
function toHarbourScript(cwd: string): readonly ScriptStep[] {
  const read = (name: string) =>
    toolUseBlock('Read', { file_path: path.join(cwd, name) }, `toolu_read_${name.slice(0, 3)}`);
  return [
    { when: (body) => body.outputSchema !== null, answer: { content: '{"title":"Harbour watch"}' } },
    say(
      { says: 'CRITICAL: Respond with TEXT ONLY' },
      `<analysis>\nAll quiet.\n</analysis>\n\n<summary>\n${SUMMARY}\n</summary>`,
    ),
    say({ opensWith: 'Count the tides', answers: 0 }, [send('moon', 'Ask the moon about spring.')]),
    say({ opensWith: 'Count the tides', answers: 1 }, 'The moon will tell.'),
    // Later than the other agent's, so that their news come one after the other.
    say({ says: 'Agent "moon" finished' }, 'Twelve tides.', 'silence-ms-500'),
    say({ opensWith: 'Ask the moon' }, 'It is spring.'),
    say({ opensWith: 'Count the boats', answers: 0 }, [read('boats.txt')]),
    say({ opensWith: 'Count the boats' }, 'Three boats.', 'silence-ms-150'),
    say({ says: 'Agent "boats" finished' }, 'Three boats, then.'),
    say({ says: 'Agent "tides" finished' }, LAST_WORD),
    say({ says: 'Tell me more.' }, 'The log was kept until noon.'),
    say({ says: 'And what of the lamps?' }, 'They are lit.'),
    say({ says: 'And now as another session.' }, 'Ahoy again.'),
    say({ says: 'Back in the first session.' }, 'Welcome back.'),
    say({ opensWith: 'Look after the harbour.', answers: 0 }, [read('log.txt')]),
    say({ opensWith: 'Look after the harbour.', answers: 1 }, [
      send('tides', 'Count the tides of the harbour.'),
      send('boats', 'Count the boats of the harbour.'),
    ]),
    say({ opensWith: 'Look after the harbour.', answers: 2 }, 'Both are on their way.'),
  ];
}

function say(
  when: WaitingStep['when'],
  content: string | readonly ReturnType<typeof toolUseBlock>[],
  deliver?: string,
): WaitingStep {
  return { when, answer: { content, ...(deliver === undefined ? {} : { deliver }) } };
}

function send(name: string, prompt: string): ReturnType<typeof toolUseBlock> {
  return toolUseBlock('Agent', { description: name, prompt, subagent_type: 'general-purpose' }, `toolu_${name}`);
}
