import { toMarkdownTable } from './markdown-table.ts';
import { listSettingGroups, toPresetText } from './setting-groups.ts';

const HEAD = `# Configuration

<!-- Generated from packages/config/src/schema.ts by \`bun run generate\`. -->

Nothing needs to be set. Each setting can be given in three ways; of several, the lowest in this list wins:

1. \`nexus.json\` in the working directory, or the file that \`--config\` or \`NEXUS_CONFIG\` names:
   \`{ "$schema": "./docs/nexus.schema.json", "server": { "port": 8080 } }\`. Editors complete and explain it.
2. The environment: \`PORT=8080\`. An empty variable counts as not set. Bun also reads \`.env\` of the working directory;
   [.env.example](../.env.example) lists every name.
3. A flag of \`start\`: \`bun start --port 8080\`. A switch may be written \`--debug\`, \`--debug false\` or \`--no-debug\`.

Secrets may also stand in a file of their own: \`DATABASE_URL_FILE=/run/secrets/url\`, or \`--database-url-file\`.
As flags they are accepted in no other way, since everybody on a machine can read its command lines.

Everything that is wrong is told at once, before anything starts: unknown names in \`nexus.json\`, unknown flags, unknown
names that start with \`NEXUS_\`, and values that cannot be. \`bun run nexus config check\` says it without starting,
\`bun run nexus config show\` lists every setting with its value and where it came from, secrets hidden.
`;

/** docs/configuration.md */
export function toConfigurationPage(): string {
  const sections = listSettingGroups().map(({ heading, settings }) => {
    const rows = settings.map((setting) => [
      `\`${setting.env}\``,
      `\`${setting.path}\``,
      `\`--${setting.flag}\``,
      toCode(toPresetText(setting)),
      `${setting.about}${setting.choices === null ? '' : ` One of ${setting.choices.map(toCode).join(', ')}.`}${setting.secret ? ' **Secret.**' : ''}`,
    ]);
    return `## ${heading}\n\n${toMarkdownTable(['environment', 'in `nexus.json`', 'flag', 'default', 'what it does'], rows)}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

function toCode(text: string): string {
  return text === '' ? '–' : `\`${text}\``;
}
