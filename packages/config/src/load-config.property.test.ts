import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { loadConfig } from './load-config.ts';
import { toProblemText } from './problem.ts';
import { listSettings } from './setting.ts';

const settings = listSettings();
const names = settings.map(({ env }) => env);
const flags = settings.map(({ flag }) => `--${flag}`);
const word = fc.oneof(fc.string(), fc.constantFrom('true', '0', '-1', '1e9', '', ' ', 'null', '--', '=', '[]'));

const sources = fc.record({
  env: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), word),
  argv: fc.array(fc.oneof(fc.constantFrom(...flags), word), { maxLength: 8 }),
  file: fc.option(fc.record({ path: fc.constant('nexus.json'), text: fc.oneof(fc.json(), fc.string()) })),
});

/** A disk that breaks in ways that disks do. */
function readText(): string {
  throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
}

test('whatever is given, it loads or says what is wrong, and never throws', () => {
  fc.assert(
    fc.property(sources, (given) => {
      const loaded = loadConfig({ ...given, readText, workingDir: '/srv' });
      if (!loaded.ok) expect(toProblemText(loaded.problems).length).toBeGreaterThan(20);
    }),
    { numRuns: 500 },
  );
});

test('no problem shows the text of a secret', () => {
  const planted = 'planted-7f3a';
  const secrets = settings.filter(({ secret }) => secret).map(({ env }) => env);
  fc.assert(
    fc.property(fc.subarray(secrets, { minLength: 1 }), fc.string(), (given, noise) => {
      const env = Object.fromEntries(given.map((name) => [name, `${noise}${planted}`]));
      const loaded = loadConfig({ env: { ...env, PORT: 'x' }, file: null });
      expect(JSON.stringify(loaded)).not.toContain(planted);
    }),
    { numRuns: 200 },
  );
});
