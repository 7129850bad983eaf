import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import type { OperationOutput } from '@nexus/contract';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withGateway } from '../../with-gateway.ts';

/** `nexus account list`: how each account is, and why. */
export function addAccountList(account: Command, terminal: Terminal): void {
  const command = account
    .command('list')
    .description('List the accounts of the running gateway: state and why, windows, traffic of today, token.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus account list')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { accounts } = await withGateway(config, terminal, (client) => client.perform('account.list', {}));
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(accounts, null, 2));
      if (accounts.length === 0) {
        return terminal.print(
          toRunnable(
            'There are no accounts. Add one: bun run nexus account add <id> --domain <domain>',
            terminal.program,
          ),
        );
      }
      const rows = accounts.map((row) => toRow(row, terminal.clock()));
      return terminal.print(toTable(['account', 'kind', 'domains', 'state', 'windows', 'today', 'token'], rows));
    });
  addSettingOptions(command, ['server', 'dashboard', 'storage']);
}

type Account = OperationOutput<'account.list'>['accounts'][number];

function toRow(account: Account, nowMs: number): string[] {
  const { shareToday, requestsToday } = account;
  const share = shareToday === null ? '' : `, ${Math.round(shareToday * 100)} %`;
  return [
    account.accountId,
    account.kind,
    account.domains.join(', '),
    toStateText(account, nowMs),
    account.windows.map(({ name, utilisation }) => `${name} ${Math.round(utilisation * 100)} %`).join(', ') || '-',
    requestsToday === null ? '-' : `${requestsToday}${share}`,
    toTokenText(account, nowMs),
  ];
}

function toStateText({ state, because, until }: Account, nowMs: number): string {
  const span = until === null ? '' : ` for ${toSpan(Date.parse(until) - nowMs)}`;
  return `${state}${span}${because === null ? '' : `: ${because}`}`;
}

function toTokenText({ token }: Account, nowMs: number): string {
  if (token.lastError !== null) return `failed: ${token.lastError.because}`;
  if (token.expiresAt === null) return '-';
  const leftMs = Date.parse(token.expiresAt) - nowMs;
  return leftMs <= 0 ? 'expired' : `${toSpan(leftMs)} left`;
}

function toSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
