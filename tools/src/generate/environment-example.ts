import { listSettingGroups, toPresetText } from './setting-groups.ts';

const WIDTH = 100;

const HEAD = `# Every setting of Claude Nexus, with its default. Copy to .env and change what you need; nothing is required.
# Generated from packages/config/src/schema.ts by \`bun run generate\`. More ways to set them: docs/configuration.md.
`;

/** .env.example: everything commented out, so that a copy changes nothing. */
export function toEnvironmentExample(): string {
  const sections = listSettingGroups().map(({ heading, settings }) => {
    const parts = settings.map((setting) => {
      const secret = setting.secret ? ` Or ${setting.env}_FILE=<file>.` : '';
      const value = toPresetText(setting) || (setting.example ?? '');
      return `${toComment(setting.about + secret)}\n#${setting.env}=${value}`;
    });
    return `# ---- ${heading} ----\n\n${parts.join('\n\n')}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

function toComment(text: string): string {
  const lines: string[] = ['#'];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
