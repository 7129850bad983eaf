import type { KeySummary } from '@nexus/contract';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { findKey, isOver } from './choose-key.ts';
import { toInstant } from './to-instant.ts';

/** `nexus key expire <key> [instant]`: a key can be given more time as well as less. */
export function addKeyExpire(key: Command, terminal: Terminal): void {
  const command = key
    .command('expire')
    .description('Set when a key ends: now, at an instant, or never.')
    .argument('<key>', 'its name, or its id where several have that name')
    .argument('[when]', 'such as 2027-01-31 or 2027-01-31T12:00:00Z, or never; without it, now')
    .addHelpText(
      'after',
      '\nExamples:\n  bun run nexus key expire ci 2027-01-31\n  bun run nexus key expire ci never\n  bun run nexus key expire ci',
    )
    .action(async (nameOrId: string, when: string | undefined) => {
      const config = loadSettings(command, terminal);
      const nowMs = terminal.clock();
      const expired = await withOperations(config, terminal, async (perform) => {
        const { keyId } = await findKey(perform, nameOrId, nowMs);
        return perform('key.expire', { keyId, expiresAt: toExpiry(when, nowMs) });
      });
      terminal.print(`${expired.name} ${toEndText(expired, nowMs)}.`);
    });
  addSettingOptions(command, ['storage']);
}

function toEndText(key: Pick<KeySummary, 'expiresAt'>, nowMs: number): string {
  if (key.expiresAt === null) return 'works for good';
  return isOver(key, nowMs) ? `works no longer, since ${key.expiresAt}` : `works until ${key.expiresAt}`;
}

function toExpiry(when: string | undefined, nowMs: number): string | null {
  if (when === undefined) return new Date(nowMs).toISOString();
  return when === 'never' ? null : toInstant(when, 'when:');
}
