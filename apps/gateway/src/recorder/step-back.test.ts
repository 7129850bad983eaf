import { expect, test } from 'bun:test';
import { join } from 'node:path';

const SCRIPT = `
  const { stepBack } = await import('${join(import.meta.dir, 'step-back.ts')}');
  const { getPriority } = await import('node:os');
  const before = getPriority();
  stepBack();
  console.log(getPriority() - before);
`;

test.skipIf(process.platform !== 'linux')('a thread that steps back is nicer than it was', async () => {
  const child = Bun.spawn([process.execPath, '-e', SCRIPT], { stdout: 'pipe', stderr: 'inherit' });
  expect((await new Response(child.stdout).text()).trim()).toBe('5');
});
