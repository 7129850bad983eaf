/** What a person who has just started the program wants to know. Addresses have no slash at their end. */
export interface StartReport {
  readonly version: string;
  /** From the start of the process until both ports listened and the database answered, in milliseconds. */
  readonly readyMs: number;
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
  /** Null where there is no forward proxy. */
  readonly forwardUrl: string | null;
  /** Null where METRICS_PORT is not set. */
  readonly metricsUrl: string | null;
  /** One-time link; null where nobody needs one, for instance because the terminal is not a person's. */
  readonly signInUrl: string | null;
  readonly upstreamUrl: string;
  /** Where exchanges are recorded, in words: `embedded PostgreSQL in /home/ada/.claude-nexus`. */
  readonly records: string;
  readonly clientAuthRequired: boolean;
  /** Domains whose stored credential serves only callers with a key, though none is required. */
  readonly keyedDomains: readonly string[];
  /** How a person makes a key here, `bun run nexus key create <name>`. */
  readonly keyCommand: string;
  /** One line for each credential: what it is and how it is. Never a secret. */
  readonly credentials: readonly string[];
  /** Things to mend, each a sentence that says how. */
  readonly warnings: readonly string[];
}

const LABEL_WIDTH = 13;
const INDENT = '  ';
/** A narrower screen wraps by itself: an address must stay in one piece to be clicked. */
const TEXT_WIDTH_MIN = 40;

export interface StartReportLook {
  /** Labels are dimmed by ANSI codes; without, the text is plain. */
  readonly colour: boolean;
  /** Characters in a line of the screen; longer sentences go on below themselves. */
  readonly columns: number;
}

/** The text that is printed once at start. */
export function toStartReport(report: StartReport, { colour, columns }: StartReportLook): string {
  const paint = (code: number, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const width = Math.max(TEXT_WIDTH_MIN, columns - INDENT.length - LABEL_WIDTH);
  const rows = (label: string, texts: readonly string[]) =>
    texts
      .flatMap((text) => wrap(text, width))
      .map((line, index) => `${INDENT}${paint(2, (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`);
  const row = (label: string, text: string) => rows(label, [text]).join('\n');

  return [
    '',
    `${paint(1, `Claude Nexus ${report.version}`)} is ready, ${(report.readyMs / 1000).toFixed(2)} s after its start.`,
    '',
    row('Proxy, API', `${report.proxyUrl} → ${report.upstreamUrl}`),
    row('Dashboard', report.dashboardUrl),
    ...(report.forwardUrl === null ? [] : [row('Forward', `${report.forwardUrl} (curl -x, HTTPS_PROXY)`)]),
    ...(report.metricsUrl === null ? [] : [row('Metrics', `${report.metricsUrl}/metrics`)]),
    ...(report.signInUrl === null ? [] : [row('Sign in', `${report.signInUrl} (works once)`)]),
    row('Records', report.records),
    ...rows('Keys', listKeysTexts(report)),
    ...rows('Credentials', report.credentials),
    ...rows('Attention', report.warnings).map((line) => paint(33, line)),
    '',
    '  For Claude Code, paste this and start it in the same terminal:',
    '',
    `    ${paint(36, `export ANTHROPIC_BASE_URL=${report.proxyUrl}`)}`,
    ...(report.clientAuthRequired
      ? [`    ${paint(36, "export ANTHROPIC_AUTH_TOKEN='nx_live_…'")}`, '', toKeyHint(report)]
      : []),
    '',
  ].join('\n');
}

/**
 * Lines of at most `width` characters, broken between words; a word that is longer keeps its line to itself. What stands
 * in backticks is one word, since it is there to be copied.
 */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function toKeyHint({ keyCommand }: StartReport): string {
  return `  with the key in its place that \`${keyCommand}\` prints.`;
}

const DOMAINS_SHOWN_MAX = 5;

function listKeysTexts({ clientAuthRequired, keyedDomains, keyCommand }: StartReport): readonly string[] {
  if (clientAuthRequired) return [`required; make one with \`${keyCommand}\``];
  const open = 'not required, every program on this machine may use the proxy';
  if (keyedDomains.length === 0) return [open];
  const shown = keyedDomains.slice(0, DOMAINS_SHOWN_MAX).join(', ');
  const left = keyedDomains.length - DOMAINS_SHOWN_MAX;
  const which = left > 0 ? `${shown} and ${left} more` : shown;
  return [open, `but what is stored for ${which} serves only callers with a key: \`${keyCommand}\``];
}
