import { cpus, totalmem } from 'node:os';
import type { ScenarioResult } from './scenarios/scenario.ts';

export interface RunFacts {
  readonly commit: string;
  readonly date: string;
  readonly command: string;
}

/** The page that is kept: figures, what they were asked to be, and where they were taken. */
export function toResultsPage(results: readonly ScenarioResult[], facts: RunFacts): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const head = [
    '# Bench results',
    '',
    `Commit \`${facts.commit}\`, ${facts.date}, Bun ${Bun.version}, ${process.platform} ${process.arch}, ${machine}.`,
    `Made by \`${facts.command}\`. Read ratios: figures change with the machine and with its neighbours.`,
    '',
    'Recording is on. The measured program has one core, the fake Claude, PostgreSQL and the load the other. Processor time is',
    'read per thread from `/proc`: `main` moves the bytes, `http` is Bun’s own thread for outgoing requests, `callers` holds the',
    'connections of callers, `recorder` splits, hashes and writes.',
  ];
  return `${[...head, ...results.flatMap(toSection)].join('\n')}\n`;
}

function toSection({ title, taken, columns, rows, verdicts }: ScenarioResult): string[] {
  return [
    '',
    `## ${title}`,
    '',
    taken,
    '',
    toLine(columns),
    toLine(columns.map(() => '---')),
    ...rows.map(toLine),
    '',
    ...verdicts.map((verdict) => `* ${verdict}`),
  ];
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
