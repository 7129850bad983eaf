import { describe, expect, test } from 'bun:test';
import path from 'node:path';
import { listRepositoryFiles, loadWorkspaces, readRepositoryFile } from '../src/repository.ts';

const workspaces = loadWorkspaces().filter(({ name }) => name !== 'root');

/** The table of docs/architecture.md: a package, and what it may import. */
const table = new Map(
  [...readRepositoryFile('docs/architecture.md').matchAll(/^ {4}([a-z0-9-]+) +← +([a-z0-9, -]+)$/gm)].map((match) => [
    match[1] ?? '',
    (match[2] ?? '').split(', ').filter((name) => name !== 'nothing'),
  ]),
);

const sources = listRepositoryFiles().filter((file) => /^(apps|packages|tools|bench|e2e)\/.*\.tsx?$/.test(file));
const shipped = sources.filter((file) => !/\.test\.tsx?$|\/(test|bench)\//.test(file));

function ours(names: Iterable<string>): string[] {
  return [...names].filter((name) => name.startsWith('@nexus/')).map((name) => name.replace('@nexus/', ''));
}

/** Files of `files` with an import of `what`. */
function importing(files: readonly string[], what: RegExp): string[] {
  return files.filter((file) => listImports(file).some((target) => what.test(target)));
}

function listImports(file: string): string[] {
  const text = readRepositoryFile(file);
  return [...text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

/** Files of the same workspace that a file imports. */
function listNeighbours(file: string): string[] {
  return listImports(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => path.posix.join(path.posix.dirname(file), target));
}

/** Ways through `imports` that come back to a file on them. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  function visit(file: string, way: readonly string[]): void {
    const since = way.indexOf(file);
    if (since !== -1) circles.push([...way.slice(since), file].join(' → '));
    if (since !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  }
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

/** Tests and benches share the fixtures, and those of the built product use the tools that build it. */
function isShared(file: string, target: string): boolean {
  if (file.startsWith('e2e/') && target.startsWith('tools/')) return true;
  // Storage is held to the very traffic that linking is held to; a package that both may import would ship it.
  if (file.startsWith('packages/storage/test/') && target.startsWith('packages/core/test/')) return true;
  return target.startsWith('fixtures/') && (file.startsWith('bench/') || !shipped.includes(file));
}

describe('the import table', () => {
  test('names every workspace', () => {
    expect([...table.keys()].sort()).toEqual(workspaces.map(({ name }) => name).sort());
  });

  test.each(workspaces.map((workspace) => [workspace.name, workspace] as const))(
    '%s depends on nothing that the table does not allow',
    (name, { needs }) => {
      const allowed = table.get(name) ?? [];
      expect(ours(needs.keys()).filter((other) => !allowed.includes(other))).toEqual([]);
    },
  );

  test.each(workspaces.map((workspace) => [workspace.name, workspace] as const))(
    'the tests of %s may use the test kit besides',
    (name, { needsToDevelop }) => {
      const allowed = new Set([...(table.get(name) ?? []), 'testkit']);
      expect(ours(needsToDevelop.keys()).filter((other) => !allowed.has(other))).toEqual([]);
    },
  );

  test('nothing that ships imports the test kit', () => {
    const files = shipped.filter((file) => /^(apps|packages)\//.test(file) && !file.startsWith('packages/testkit/'));
    expect(importing(files, /^@nexus\/testkit/)).toEqual([]);
  });

  test('nobody depends on an app', () => {
    const apps = new Set(workspaces.flatMap(({ folder, name }) => (folder.startsWith('apps/') ? [name] : [])));
    const users = workspaces.filter(({ needs, needsToDevelop }) =>
      ours([...needs.keys(), ...needsToDevelop.keys()]).some((name) => apps.has(name)),
    );
    expect(users).toEqual([]);
  });
});

describe('borders', () => {
  test('a relative import stays in its workspace', () => {
    const leaving = sources.flatMap((file) => {
      const home = workspaces.find(({ folder }) => file.startsWith(`${folder}/`))?.folder ?? '';
      const away = listImports(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => path.posix.join(path.posix.dirname(file), target))
        .filter((target) => !target.startsWith(`${home}/`) && !isShared(file, target));
      return away.map((target) => `${file} → ${target}`);
    });
    expect(leaving).toEqual([]);
  });

  test('files import one another in no circle', () => {
    expect(findCircles(new Map(sources.map((file) => [file, listNeighbours(file)])))).toEqual([]);
  });

  test('only storage knows SQL', () => {
    const users = workspaces.filter(({ needs }) => needs.has('pg') || needs.has('kysely')).map(({ name }) => name);
    expect(users).toEqual(['storage']);
  });

  test('only the gateway knows the HTTP framework', () => {
    expect(workspaces.filter(({ needs }) => needs.has('hono')).map(({ name }) => name)).toEqual(['gateway']);
  });

  test('the wire and the rules are pure: no runtime, no clock, no chance', () => {
    const pure = shipped.filter((file) => /^packages\/(anthropic|core)\/src\//.test(file));
    const impure = pure.filter(
      (file) =>
        importing([file], /^(node:|bun)/).length > 0 ||
        /\bBun\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\./.test(
          readRepositoryFile(file),
        ),
    );
    expect(impure).toEqual([]);
  });

  test('the contract is fit for browsers', () => {
    const files = shipped.filter((file) => file.startsWith('packages/contract/src/'));
    expect(importing(files, /^(node:|bun)/)).toEqual([]);
  });

  test('a dashboard feature imports no other feature', () => {
    const crossing = sources.flatMap((file) => {
      const feature = /^apps\/dashboard\/src\/features\/([^/]+)\//.exec(file)?.[1];
      if (feature === undefined) return [];
      return listImports(file)
        .map((target) => path.posix.join(path.posix.dirname(file), target))
        .filter((target) => /\/features\/([^/]+)/.test(target) && !target.includes(`/features/${feature}/`))
        .map((target) => `${file} → ${target}`);
    });
    expect(crossing).toEqual([]);
  });
});
