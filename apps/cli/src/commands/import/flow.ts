import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { type FlowSecret, readFlowSecrets } from './read-flow-secrets.ts';
import { toFlowCredentialFile } from './to-flow-credential-file.ts';

interface FlowOptions {
  readonly check?: boolean;
  readonly domain: string;
  readonly baseUrl: string;
  readonly allowSecretClaim?: boolean;
}

/** `nexus import flow <file>`: the accounts of a Flow proxy become those of a domain. */
export function addImport(program: Command, terminal: Terminal): void {
  const command = program
    .command('import')
    .description('Take over what another program was set up with.')
    .addHelpText('after', '\nExample:\n  bun run nexus import flow secrets.json --check')
    .command('flow')
    .description('Make a credential file of the secrets.json of a Flow proxy. Never overwrites one that is there.')
    .argument('<file>', 'its secrets.json; JSON with comments will do')
    .option('--check', 'only tell what is wrong with it; write nothing')
    .option('--domain <domain>', 'the domain that these accounts serve', 'default')
    .option('--base-url <url>', 'where they are asked', 'https://flow.ciandt.com/flow-llm-proxy')
    .option('--allow-secret-claim', 'agree that every token carries the client secret in clear, as Flow wants it')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus import flow secrets.json --check
  bun run nexus import flow secrets.json --allow-secret-claim --domain flow.example.com`,
    )
    .action(async (file: string) => {
      const { identity } = loadSettings(command, terminal);
      const options = command.opts<FlowOptions>();
      const secrets = await loadFlowSecrets(file);
      const what = `${secrets.length} ${secrets.length === 1 ? 'account' : 'accounts'}`;
      if (options.check === true) return terminal.print(`${file} is right: ${what}.`);
      if (options.allowSecretClaim !== true) throw new Error(CONSENT);
      const target = path.join(identity.credentialsDir, `${toFileName(options.domain)}.credentials.json`);
      await writeNew(target, toFlowCredentialFile(secrets, toBaseUrl(options.baseUrl)));
      return terminal.print(
        toRunnable(`Wrote ${what} to ${target}. How they are: bun run nexus account list`, terminal.program),
      );
    });
  addSettingOptions(command, ['identity']);
}

const CONSENT =
  'A Flow token carries the client secret in clear and never expires: whoever sees one has the account for ever. Say --allow-secret-claim if that is what you want.';

async function loadFlowSecrets(file: string): Promise<readonly FlowSecret[]> {
  const resolved = path.resolve(file);
  const text = await readFile(resolved, 'utf8').catch((cause: unknown) => {
    throw new Error(`Secrets file not found at resolved path: ${resolved}`, { cause });
  });
  const read = readFlowSecrets(text);
  if (!read.ok) throw new Error(read.problems.join('\n  '));
  return read.secrets;
}

/** The same spelling that a request's host gets. */
function toFileName(domain: string): string {
  const name = domain.trim().toLowerCase();
  if (!/^(_wildcard\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/.test(name)) throw new Error(`${domain} is not a domain.`);
  return name;
}

function toBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && /^(localhost|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal))
    throw new Error('--base-url must be an https:// address.');
  return text.replace(/\/+$/, '');
}

async function writeNew(target: string, text: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  await writeFile(target, text, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new Error(`${target} is there already. Move it away, or choose another --domain.`, { cause });
    }
    throw cause;
  });
}
