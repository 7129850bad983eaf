import { expect, test } from 'bun:test';
import { createRunAgain } from './run-again.ts';

test('a run begins after each asking, one at a time, and all who ask meanwhile share the next', async () => {
  const gates: (() => void)[] = [];
  let runs = 0;
  let atOnce = 0;
  const ask = createRunAgain(async () => {
    runs += 1;
    atOnce += 1;
    expect(atOnce).toBe(1);
    await new Promise<void>((resolve) => void gates.push(resolve));
    atOnce -= 1;
  });
  const first = ask();
  const later = [ask(), ask(), ask()];
  expect(runs).toBe(1);
  gates[0]?.();
  await first;
  await Bun.sleep(0);
  expect(runs).toBe(2);
  const last = ask();
  gates[1]?.();
  await Promise.all(later);
  await Bun.sleep(0);
  expect(runs).toBe(3);
  gates[2]?.();
  await last;
  const again = ask();
  gates[3]?.();
  await again;
  expect(runs).toBe(4);
});
