import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import type { Client } from '@nexus/contract';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withGateway } from '../../with-gateway.ts';

interface AccountAct {
  readonly verb: string;
  readonly about: string;
  /** Does it, and gives the sentence to print. Throws where it failed, so that a script sees it. */
  readonly act: (client: Client, accountId: string) => Promise<string>;
}

const ACTS: readonly AccountAct[] = [
  {
    verb: 'test',
    about: 'Make one cheap call with an account, and say what its upstream answers.',
    act: (client, accountId) => tell(client.perform('account.test', { accountId })),
  },
  {
    verb: 'pause',
    about: 'Take an account out of its pools until it is resumed. What is in flight finishes.',
    act: async (client, accountId) => {
      const { name } = await client.perform('account.pause', { accountId });
      return `${name} is paused: new requests go to other accounts. Undo: bun run nexus account resume ${accountId}`;
    },
  },
  {
    verb: 'resume',
    about: 'Put an account back, whether it was paused, rests or was refused: the next request tries it.',
    act: async (client, accountId) => {
      const { name, state } = await client.perform('account.resume', { accountId });
      return `${name} is ${state}.`;
    },
  },
  {
    verb: 'rotate',
    about: 'Take a new token for an account now, where its kind can.',
    act: (client, accountId) => tell(client.perform('account.rotate', { accountId })),
  },
];

/** `nexus account test|pause|resume|rotate <account>`. */
export function addAccountActs(account: Command, terminal: Terminal): void {
  for (const { verb, about, act } of ACTS) {
    const command = account
      .command(verb)
      .description(about)
      .argument('<account>', 'its id; `bun run nexus account list` shows it')
      .addHelpText('after', `\nExample:\n  bun run nexus account ${verb} team-a`)
      .action(async (accountId: string) => {
        const config = loadSettings(command, terminal);
        const told = await withGateway(config, terminal, (client) => act(client, accountId));
        terminal.print(toRunnable(told, terminal.program));
      });
    addSettingOptions(command, ['server', 'dashboard', 'storage']);
  }
}

async function tell(told: Promise<{ readonly ok: boolean; readonly message: string; readonly durationMs: number }>) {
  const { ok, message, durationMs } = await told;
  if (!ok) throw new Error(message);
  return `${message} (${Math.round(durationMs)} ms)`;
}
