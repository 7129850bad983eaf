import type { Command } from 'commander';
import { toLoaded } from '../../load-settings.ts';
import { addAllSettings } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `nexus config check`: exit code 0 where the gateway would start with these settings. */
export function addConfigCheck(config: Command, terminal: Terminal): void {
  const command = config
    .command('check')
    .description('Say everything that is wrong with the settings, without starting anything.')
    .addHelpText(
      'after',
      `
Ends with 0 where all settings are right, with 1 otherwise: useful before a deployment.

Example:
  bun run nexus config check --config ./nexus.json`,
    )
    .action(() => {
      const { config: loaded } = toLoaded(command, terminal);
      terminal.print(`All settings are right. Records go to ${toRecordsText(loaded.storage)}.`);
    });
  addAllSettings(command, []);
}

function toRecordsText(storage: { readonly enabled: boolean; readonly databaseUrl: unknown; dataDir: string }): string {
  if (!storage.enabled) return 'nowhere (STORAGE_ENABLED is off)';
  return storage.databaseUrl === null ? `an embedded PostgreSQL in ${storage.dataDir}` : 'DATABASE_URL';
}
