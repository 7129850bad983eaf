/*
 * Writes every page that is made from the code, or with --check only says which are out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toConfigFileSchema } from '@nexus/config';
import { toConfigurationPage } from './generate/configuration-page.ts';
import { toEnvironmentExample } from './generate/environment-example.ts';
import { toErrorsPage } from './generate/errors-page.ts';
import { toMetricsPage } from './generate/metrics-page.ts';
import { toOperationsPage } from './generate/operations-page.ts';

/** Every generated file, by path from the root of the repository. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  '.env.example': toEnvironmentExample,
  'docs/configuration.md': toConfigurationPage,
  'docs/errors.md': toErrorsPage,
  'docs/metrics.md': toMetricsPage,
  'docs/operations.md': toOperationsPage,
  'docs/nexus.schema.json': () => `${JSON.stringify(toConfigFileSchema(), null, 2)}\n`,
};

/** Names of the generated files that are not what the code says now. */
export function listStale(root: string): readonly string[] {
  return Object.entries(GENERATED)
    .filter(([name, make]) => !existsSync(path.join(root, name)) || readText(root, name) !== make())
    .map(([name]) => name);
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dir, '../..');
  const stale = listStale(root);
  if (!process.argv.includes('--check')) {
    for (const name of stale) writeGenerated(root, name);
    console.log(stale.length === 0 ? 'Everything generated is current.' : `Wrote ${stale.join(', ')}.`);
  } else if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(', ')}. Run: bun run generate`);
    process.exitCode = 1;
  } else {
    console.log(`${Object.keys(GENERATED).length} generated files are current.`);
  }
}

function writeGenerated(root: string, name: string): void {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, GENERATED[name]?.() ?? '');
}

function readText(root: string, name: string): string {
  return readFileSync(path.join(root, name), 'utf8');
}
