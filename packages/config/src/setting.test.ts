import { expect, test } from 'bun:test';
import { toConfigFileSchema } from './config-file-schema.ts';
import { loadConfig } from './load-config.ts';
import { listSettings } from './setting.ts';

test('every setting says its name and what it does', () => {
  const silent = listSettings().filter(({ env, about }) => !/^[A-Z][A-Z_]+$/.test(env) || about.length < 12);
  expect(silent).toEqual([]);
});

test('no two settings share a name or a flag', () => {
  const settings = listSettings();
  expect(new Set(settings.map(({ env }) => env)).size).toBe(settings.length);
  expect(new Set(settings.map(({ flag }) => flag)).size).toBe(settings.length);
});

test('every example is accepted', () => {
  const env = Object.fromEntries(
    listSettings().flatMap(({ env: name, example }) => (example === null ? [] : [[name, example]])),
  );
  expect(loadConfig({ env, file: null })).toMatchObject({ ok: true });
});

test('the names people have in their deployments do not change', () => {
  expect(
    listSettings()
      .map(({ env }) => env)
      .sort(),
  ).toMatchSnapshot();
});

test('the schema for editors refuses unknown names and explains known ones', () => {
  expect(toConfigFileSchema()).toMatchObject({
    additionalProperties: false,
    properties: {
      server: {
        additionalProperties: false,
        properties: { port: { type: 'integer', default: 3000, description: expect.stringContaining('PORT') } },
      },
    },
  });
});
