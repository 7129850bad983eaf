/** One thing that is wrong, with every name by which a person may look for it. */
export interface Problem {
  /** `server.port`, or where an unknown name was met. */
  readonly path: string;
  readonly env: string | null;
  /** Where the wrong value came from: `environment`, `--port`, the path of the file. */
  readonly source: string;
  readonly message: string;
}

/** All problems for a terminal, one a line. */
export function toProblemText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  return [`${count} wrong:`, ...problems.map((problem) => `  ${toLine(problem)}`)].join('\n');
}

function toLine({ path, env, source, message }: Problem): string {
  const name = env === null || env === path ? path : `${env} (${path})`;
  const from = source === env || source === path ? '' : `, from ${source}`;
  return `${name} ${message}${from}`;
}
