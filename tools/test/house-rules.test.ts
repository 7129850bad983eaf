import { describe, expect, test } from 'bun:test';
import { listStale } from '../src/generate.ts';
import { listRepositoryFiles, loadWorkspaces, readRepositoryFile, ROOT } from '../src/repository.ts';

const files = listRepositoryFiles();
const written = files.filter((file) => /\.(ts|tsx|css|sql|html|md|json|jsonc|toml|yml|yaml|sh)$|\/run$/.test(file));
const code = files.filter((file) => /\.(ts|tsx|css|sql)$/.test(file) && !file.startsWith('fixtures/'));
const workspaces = loadWorkspaces();

/** Lines of these files that match, as `file:line`. */
function find(where: readonly string[], what: RegExp): string[] {
  return where.flatMap((file) =>
    readRepositoryFile(file)
      .split('\n')
      .flatMap((line, index) => (what.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

describe('files', () => {
  test('no file is longer than 400 lines', () => {
    const long = code.filter((file) => readRepositoryFile(file).trimEnd().split('\n').length > 400);
    expect(long).toEqual([]);
  });

  test('half of them fit on a page', () => {
    const lengths = code.map((file) => readRepositoryFile(file).split('\n').length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
  });

  test('names are in kebab-case and say what is in the file', () => {
    const odd = code.filter((file) => {
      const name = file.split('/').at(-1) ?? '';
      return /[A-Z_]/.test(name) || /^(utils?|helpers?|types|misc|common)\.|-(manager|service)\./.test(name);
    });
    expect(odd).toEqual([]);
  });

  test('nothing is put off, silenced or left out of the tests', () => {
    // Written with brackets, so that this line does not find itself.
    const words = /T[O]DO|F[I]XME|@ts-[i]gnore|@ts-[n]ocheck|lint-[d]isable|\b(test|describe|it)\.(only|skip|todo)\(/;
    expect(find(code, words)).toEqual([]);
  });

  test('nothing names the machine that it was written on', () => {
    const places = [['', 'work', ''].join('/'), ['', 'opt', 'dev', ''].join('/')];
    expect(find(written, new RegExp(places.join('|')))).toEqual([]);
  });

  test('no package registry is named, so that everybody’s own is used', () => {
    const host = /\bregistry\.[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|dev)\b|^\s*registry\s*=/;
    expect(find([...written, 'bun.lock'], host)).toEqual([]);
  });
});

describe('packages', () => {
  test('every version is exact', () => {
    const exact = /^(workspace:\*|(npm:@?[a-z0-9/-]+@)?\d+\.\d+\.\d+(-[a-z0-9.]+)?)$/;
    const loose = workspaces.flatMap(({ name, needs, needsToDevelop }) =>
      [...needs, ...needsToDevelop]
        .filter(([, version]) => !exact.test(version))
        .map((pair) => `${name}: ${pair.join(' ')}`),
    );
    expect(loose).toEqual([]);
  });

  test('one package has one version in the whole repository', () => {
    const versions = new Map<string, Set<string>>();
    for (const { needs, needsToDevelop } of workspaces) {
      for (const [name, version] of [...needs, ...needsToDevelop]) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }
    expect([...versions].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  test('all of ours carry the version of the product', () => {
    expect(new Set(workspaces.map(({ version }) => version)).size).toBe(1);
  });

  test('the documents name the Bun that package.json pins', () => {
    const pinned = /"packageManager": "bun@([\d.]+)"/.exec(readRepositoryFile('package.json'))?.[1];
    const named = ['README.md', 'CONTRIBUTING.md', '.ci/run'].flatMap((file) =>
      [...readRepositoryFile(file).matchAll(/bun@([\d.]+\d)/g)].map((match) => match[1]),
    );
    expect(new Set(named)).toEqual(new Set([pinned]));
  });
});

test('generated files are what the code says now', () => {
  expect(listStale(ROOT)).toEqual([]);
});
