import { describe, expect, test } from 'bun:test';
import { describeRequest, type HeaderList } from '../index.ts';

function findProject(body: unknown, headers: HeaderList = []): string | null {
  return describeRequest({ body, headers, path: '/v1/messages' }).project;
}

const text = (words: string) => ({ type: 'text', text: words });
const OLD = '<env>\nWorking directory: /home/jane/shop\nIs directory a git repo: Yes\n</env>';
const NEW =
  '# Environment\nYou have been invoked in the following environment: \n - Primary working directory: /home/jane/shop\n - Is a git repository: true';
const REMINDER = text(`<system-reminder>\n${NEW}\n</system-reminder>`);

describe('the project by the directory that Claude Code works in', () => {
  test.each<[string, unknown]>([
    ['in the environment of before', { system: OLD }],
    ['in the environment of today', { system: [text('You are Claude Code.'), text(NEW)] }],
    ['in a message of the system', { system: 'Be brief.', messages: [{ role: 'system', content: NEW }] }],
    ['in a block of such a message', { messages: [{ role: 'system', content: [text(NEW)] }] }],
    ['in a reminder beside what the user wrote', { messages: [{ role: 'user', content: [REMINDER, text('Hello')] }] }],
  ])('%s', (_what, body) => {
    expect(findProject(body)).toBe('/home/jane/shop');
  });

  test.each([
    ['C:\\Users\\Jane\\shop'],
    ['\\\\server\\jane\\shop'],
    ['~/shop'],
    ['/home/jane/my shop'],
    ['/home/jane/läden/🚢'],
  ])('that is called %s', (directory) => {
    expect(findProject({ system: `<env>\r\nWorking directory: ${directory}\r\nPlatform: linux` })).toBe(directory);
  });

  test('is the latest that was told', () => {
    const moved = NEW.replace('shop', 'mill');
    const messages = [
      { role: 'system', content: NEW },
      { role: 'user', content: 'On.' },
      { role: 'system', content: moved },
    ];
    expect(findProject({ system: OLD, messages })).toBe('/home/jane/mill');
  });

  test('is not what a user, a tool or the model says', () => {
    const messages = [
      { role: 'user', content: OLD },
      { role: 'assistant', content: [text(NEW)] },
      { role: 'user', content: [{ type: 'tool_result', content: [REMINDER] }] },
      { role: 'user', content: [text(`What does ${REMINDER.text} mean?`)] },
    ];
    expect(findProject({ messages })).toBeNull();
  });

  test.each([
    'Working directory: see below',
    'Tell me the Working directory: /home/jane/shop',
    'Working directory:',
    'Additional working directories: /a, /b',
  ])('is not read out of %p', (system) => {
    expect(findProject({ system })).toBeNull();
  });

  test('is found after what only looks like it', () => {
    const system = `Mind the Working directory: /a\n- Working directory: it comes below\n${'x'.repeat(100)}\n${OLD}`;
    expect(findProject({ system })).toBe('/home/jane/shop');
  });

  test('is cut where it is longer than a name may be', () => {
    expect(findProject({ system: `Working directory: /${'d'.repeat(5_000)}` })).toBe(`/${'d'.repeat(199)}`);
  });
});

test('a project that the caller names comes before the directory', () => {
  expect(findProject({ system: OLD }, [['x-nexus-project', 'shop']])).toBe('shop');
});

test('a system prompt full of what looks like it is read in time proportional to its length', () => {
  for (const line of ['  Working directory: nowhere\n', 'Working directory: ']) {
    expect(findProject({ system: line.repeat(40_000) })).toBeNull();
  }
});
