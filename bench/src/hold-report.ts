import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the long form of a "must hold" says: on the screen at once, and in bench/results-holds.md where it is kept. */
export interface HoldReport {
  say(line: string): void;
  /** Says what was asked for, and whether it came true. */
  require(what: string, isMet: boolean): void;
  /** Says whether everything that was required came true; where it did not, this process ends with 1. */
  judge(): void;
  /** Puts what was said into the page, in place of what this title had there. */
  keep(): void;
}

const HEAD = [
  '# Long forms of what must hold',
  '',
  'Each part is what its command printed, kept by `--keep`. The machine was shared with other work while they ran: what they',
  'count is exact, what they time is a bound from above.',
];

/** `page` is a file of this folder. */
export function createHoldReport(title: string, command: string, page = 'results-holds.md'): HoldReport {
  const lines: string[] = [];
  let unmet = 0;
  const say = (line: string): void => {
    lines.push(line);
    console.log(line);
  };
  return {
    say,
    require: (what, isMet) => {
      unmet += isMet ? 0 : 1;
      say(`${what}: ${isMet ? 'met' : 'not met'}`);
    },
    judge: () => {
      say(unmet === 0 ? 'holds' : 'does not hold');
      process.exitCode = unmet === 0 ? 0 : 1;
    },
    keep: () => {
      const file = join(import.meta.dir, '..', page);
      const kept = existsSync(file) ? readFileSync(file, 'utf8') : HEAD.join('\n');
      writeFileSync(file, withSection(kept, { title, text: toText(command, lines) }));
    },
  };
}

/** `page` with the text of one title replaced, or added at its end. */
export function withSection(page: string, { title, text }: { readonly title: string; readonly text: string }): string {
  const [head = '', ...sections] = page.trimEnd().split('\n\n## ');
  const others = sections.filter((section) => !section.startsWith(`${title}\n`));
  return `${[head, ...others, `${title}\n\n${text}`].join('\n\n## ')}\n`;
}

function toText(command: string, lines: readonly string[]): string {
  const commit = Bun.spawnSync(['git', 'rev-parse', '--short', 'HEAD']).stdout.toString().trim();
  const date = new Date().toISOString().slice(0, 10);
  return [`Commit \`${commit}\`, ${date}, Bun ${Bun.version}, \`${command}\`.`, '', '```text', ...lines, '```'].join(
    '\n',
  );
}
