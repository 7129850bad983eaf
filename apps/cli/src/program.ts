import { toRunnable } from '@nexus/config';
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAccountActs } from './commands/account/act.ts';
import { addAccountAdd } from './commands/account/add.ts';
import { addAccountRemove } from './commands/account/remove.ts';
import { addAccountReplace } from './commands/account/replace.ts';
import { addAccountList } from './commands/account/list.ts';
import { addAccountLogin } from './commands/account/login.ts';
import { addCa } from './commands/ca/add-ca.ts';
import { addBudgetList } from './commands/budget/list.ts';
import { addBudgetSet } from './commands/budget/set.ts';
import { addConfigCheck } from './commands/config/check.ts';
import { addConfigShow } from './commands/config/show.ts';
import { addConversationsDelete } from './commands/conversations/delete.ts';
import { addConversationsExport } from './commands/conversations/export.ts';
import { addConversationsImport } from './commands/conversations/import.ts';
import { addConversationsList } from './commands/conversations/list.ts';
import { addConversationsRelink } from './commands/conversations/relink.ts';
import { addDevFakeClaude } from './commands/dev/fake-claude.ts';
import { addImport } from './commands/import/flow.ts';
import { addKeyCreate } from './commands/key/create.ts';
import { addKeyExpire } from './commands/key/expire.ts';
import { addKeyList } from './commands/key/list.ts';
import { addKeyRevoke } from './commands/key/revoke.ts';
import { addKeyRotate } from './commands/key/rotate.ts';
import { addLimitList } from './commands/limit/list.ts';
import { addLimitSet } from './commands/limit/set.ts';
import { addPrices } from './commands/prices/add-prices.ts';
import { addSignIn } from './commands/sign-in.ts';
import { addStart } from './commands/start.ts';
import { addStorageCheckUsage } from './commands/storage/check-usage.ts';
import { addStorageRetention } from './commands/storage/retention.ts';
import { addStorageStats } from './commands/storage/stats.ts';
import { addVersion } from './commands/version.ts';
import type { Terminal } from './terminal.ts';

/** The whole command line. Nothing heavy is loaded before a command runs, so that help and start stay quick. */
export function createProgram(terminal: Terminal): Command {
  const program = toQuiet(new Command('nexus'), terminal)
    .description('Claude Nexus: one program between your Claude clients and Claude. Routed, recorded, seen.')
    .version(manifest.version)
    .usage('<command> [options]')
    .addHelpText(
      'after',
      `
Examples:
  bun start                          serve the proxy on 3000 and the dashboard on 3001
  bun start --port 8080 --debug      the same with two settings changed
  bun run nexus sign-in              a new one-time link to the dashboard
  bun run nexus key create laptop    a key for a client
  bun run nexus config show          every setting, its value, and where it came from

Every command explains itself: nexus <command> --help. Settings: docs/configuration.md.
Exit codes: 0 it was done; 1 it was not, and standard error says why and what to do.`,
    );
  addStart(program, terminal);
  addSignIn(program, terminal);

  addKeyCommands(program, terminal);
  addRuleCommands(program, terminal);
  addAccountCommands(program, terminal);

  const config = addGroup(program, 'config', 'Settings: what is in force, and whether it is right.');
  addExamples(config, ['config show', 'config check']);
  addConfigShow(config, terminal);
  addConfigCheck(config, terminal);

  addCa(program, terminal);
  addImport(program, terminal);
  addStorageCommands(program, terminal);
  addConversationCommands(program, terminal);
  addPrices(program, terminal);

  const dev = addGroup(program, 'dev', 'For working on and trying out Claude Nexus.');
  addExamples(dev, ['dev fake-claude --port 4010']);
  addDevFakeClaude(dev);

  addVersion(program, terminal);
  return program;
}

function addKeyCommands(program: Command, terminal: Terminal): void {
  const key = addGroup(program, 'key', 'Keys with which clients may use the proxy.');
  addExamples(key, ['key create laptop --owner ada', 'key list', 'key rotate laptop --grace 30m', 'key revoke laptop']);
  addKeyCreate(key, terminal);
  addKeyList(key, terminal);
  addKeyRotate(key, terminal);
  addKeyExpire(key, terminal);
  addKeyRevoke(key, terminal);
}

function addRuleCommands(program: Command, terminal: Terminal): void {
  const limit = addGroup(program, 'limit', 'How much keys, users, projects, domains and everybody may ask for.');
  addExamples(limit, ['limit set key:laptop --requests-per-minute 60', 'limit set global --none', 'limit list']);
  addLimitList(limit, terminal);
  addLimitSet(limit, terminal);

  const budget = addGroup(program, 'budget', 'How much money they may use in a day, a week or a month.');
  addExamples(budget, ['budget set key:laptop --day 5', 'budget set user:ada --month none', 'budget list']);
  addBudgetList(budget, terminal);
  addBudgetSet(budget, terminal);
}

function addAccountCommands(program: Command, terminal: Terminal): void {
  const account = addGroup(program, 'account', 'Accounts: what the gateway authenticates with at Claude.');
  addExamples(account, ['account add team-a < key.txt', 'account test team-a', 'account list']);
  addAccountList(account, terminal);
  addAccountAdd(account, terminal);
  addAccountReplace(account, terminal);
  addAccountRemove(account, terminal);
  addAccountLogin(account, terminal);
  addAccountActs(account, terminal);
}

function addStorageCommands(program: Command, terminal: Terminal): void {
  const storage = addGroup(program, 'storage', 'What is stored.');
  addExamples(storage, ['storage stats', 'storage retention --dry-run']);
  addStorageStats(storage, terminal);
  addStorageRetention(storage, terminal);
  addStorageCheckUsage(storage, terminal);
}

function addConversationCommands(program: Command, terminal: Terminal): void {
  const conversations = addGroup(program, 'conversations', 'Conversations: what requests were linked into.');
  addExamples(conversations, [
    'conversations list --text "flaky test"',
    'conversations export <id> --output talk.jsonl',
  ]);
  addConversationsList(conversations, terminal);
  addConversationsExport(conversations, terminal);
  addConversationsImport(conversations, terminal);
  addConversationsDelete(conversations, terminal);
  addConversationsRelink(conversations, terminal);
}

function addGroup(program: Command, name: string, about: string): Command {
  return program.command(name).description(about);
}

function addExamples(group: Command, lines: readonly string[]): void {
  group.addHelpText('after', ['', 'Examples:', ...lines.map((line) => `  bun run nexus ${line}`)].join('\n'));
}

// Sub-commands inherit both from their parent when they are made.
function toQuiet(command: Command, terminal: Terminal): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(toRunnable(text.trimEnd(), terminal.program)),
      writeErr: (text) => terminal.printError(text.trimEnd()),
    })
    .showHelpAfterError('Try --help.');
}
