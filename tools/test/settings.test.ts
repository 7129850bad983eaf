import { expect, test } from 'bun:test';
import { listSettings } from '@nexus/config';
import { listRepositoryFiles, readRepositoryFile } from '../src/repository.ts';

const gateway = listRepositoryFiles('apps/gateway/src')
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map(readRepositoryFile)
  .join('\n');

// `log.debug` is folded into `log.level` where settings are read.
const settings = listSettings().filter(({ path }) => path !== 'log.debug');

test.each(settings.map(({ env, path }) => [env, path.split('.')[1] ?? ''] as const))(
  '%s does something: the gateway reads %s',
  (_env, name) => {
    expect(gateway).toMatch(new RegExp(`\\b${name}\\b`));
  },
);
