import { expect, test } from 'bun:test';
import path from 'node:path';

const source = path.join(import.meta.dirname, 'to-local-actor.ts');

async function findUser(env: Record<string, string>): Promise<string> {
  const script = `import { findLocalUser } from ${JSON.stringify(source)}; console.log(findLocalUser());`;
  const child = Bun.spawn([process.execPath, '-e', script], { env, stdout: 'pipe' });
  return (await new Response(child.stdout).text()).trim();
}

test('who works here is told by name, and by number where the environment has no name', async () => {
  expect(await findUser({ USER: 'ada' })).toBe('ada');
  expect(await findUser({})).toBe(`uid ${process.getuid?.()}`);
});
