import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ERRORS, OPERATIONS, PHASES } from '@nexus/contract';
import { listRepositoryFiles, readRepositoryFile, ROOT } from '../src/repository.ts';

const files = listRepositoryFiles();
const documents = files.filter((file) => file.endsWith('.md') && !file.startsWith('fixtures/'));

describe('documents', () => {
  test.each(documents)('%s points to nothing that is not there', (document) => {
    const text = readRepositoryFile(document);
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) =>
      path.posix.join(path.posix.dirname(document), match[1] ?? ''),
    );
    const named = [...text.matchAll(/`((?:apps|packages|docs|tools|e2e|bench|fixtures|\.ci)\/[\w./-]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    // What a build or a run of the bench makes need not be there.
    const written = [...links, ...named].filter((place) => !/\/(dist|node_modules)\/|^bench\/results/.test(place));
    expect(written.filter((place) => !existsSync(path.join(ROOT, place)))).toEqual([]);
  });

  test('every decision has its number to itself', () => {
    const numbers = files.flatMap((file) => /^docs\/decisions\/(\d{4})-/.exec(file)?.[1] ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('docs/exchange.md', () => {
  const sections = readRepositoryFile('docs/exchange.md').split(/^## /m).slice(1);
  const phases = sections.filter((section) => /^\d\. /.test(section));

  test('has one section for each phase, in order', () => {
    expect(phases.map((section) => /^\d\. ([a-z-]+)/.exec(section)?.[1])).toEqual([...PHASES]);
  });

  test.each(phases.map((section) => [section.split('\n')[0] ?? '', section] as const))(
    '%s says what it takes, gives, may refuse with, and leaves in the record',
    (_name, section) => {
      for (const word of ['Takes', 'Gives', 'May refuse with', 'Recorded']) expect(section).toContain(`**${word}**`);
    },
  );

  test.each([...PHASES])('what %s.ts throws is among what its section may refuse with', (phase) => {
    const thrown = [
      ...readRepositoryFile(`apps/gateway/src/proxy/${phase}.ts`).matchAll(/GatewayError\(\s*'([a-z-]+)'/g),
    ].map((match) => match[1] ?? '');
    const section = phases[PHASES.indexOf(phase)] ?? '';
    expect(thrown.filter((code) => !section.includes(`\`${code}\``))).toEqual([]);
  });

  test('refuses only with codes of the error table', () => {
    const codes = phases.flatMap((section) => {
      const refusals = /\*\*May refuse with\*\*(.*?)(?=\n\*|\n\n|$)/s.exec(section)?.[1] ?? '';
      return [...refusals.matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? '');
    });
    expect(codes.filter((code) => !(code in ERRORS))).toEqual([]);
    expect(codes.length).toBeGreaterThan(10);
  });
});

describe('docs/glossary.md', () => {
  const words = new Set(
    [...readRepositoryFile('docs/glossary.md').matchAll(/^\| \*\*([a-z -]+)\*\* \|/gm)].map((match) => match[1]),
  );

  test.each([
    'packages/storage/src/queries',
    'packages/services/src',
    'apps/cli/src/commands',
    'apps/dashboard/src/features',
  ])('knows every folder of %s', (place) => {
    expect(foldersOf(place).filter((name) => !words.has(name) && !words.has(toWord(name)))).toEqual([]);
  });

  test('knows the noun of every operation', () => {
    const nouns = new Set(Object.keys(OPERATIONS).map((name) => name.split('.')[0] ?? ''));
    expect([...nouns].filter((noun) => !words.has(noun))).toEqual([]);
  });
});

/** Names of the folders directly below `place`. */
function foldersOf(place: string): string[] {
  const names = files.filter((file) => file.startsWith(`${place}/`)).map((file) => file.slice(place.length + 1));
  return [...new Set(names.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? ''))];
}

/** `requests` and `sign-in` as the glossary writes them. */
function toWord(folder: string): string {
  return folder.replaceAll('-', ' ').replace(/s$/, '');
}
