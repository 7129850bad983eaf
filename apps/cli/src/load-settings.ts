import { type Config, type LoadedConfig, loadConfig, toProblemText } from '@nexus/config';
import type { Command } from 'commander';
import { toSettingFlags } from './setting-options.ts';
import type { Terminal } from './terminal.ts';

/** The settings in force for a command with setting flags; throws with all problems in one text. */
export function loadSettings(command: Command, terminal: Terminal): Config {
  return toLoaded(command, terminal).config;
}

/** The same, with where each value came from. */
export function toLoaded(command: Command, terminal: Terminal): Extract<LoadedConfig, { ok: true }> {
  const loaded = loadConfig({ env: terminal.env, argv: toSettingFlags(command) });
  if (!loaded.ok) throw new Error(toProblemText(loaded.problems));
  return loaded;
}
