import { ERRORS, type ErrorRow, type ErrorSource } from '@nexus/contract';

const SOURCES: Readonly<Record<ErrorSource, string>> = {
  client: 'the request',
  gateway: 'this gateway',
  upstream: 'the way to Claude',
  storage: 'the database',
};

const HEAD = `# Errors

<!-- Generated from packages/contract/src/errors.ts by \`bun run generate\`. -->

These are the answers that Claude Nexus itself gives. Each carries its code in the header \`x-nexus-error\` and its request
in \`request-id\`; the body has the shape that the caller's API has for errors. Errors that Claude gives pass through
unchanged, and carry no \`x-nexus-error\`: that is how to tell whose they are.

Where "again" is no, the answer also says \`x-should-retry: false\`, and the SDKs of Anthropic and OpenAI do not try again; also
where \`retry-after\` is more than a minute, which they would not wait for.
`;

/** docs/errors.md */
export function toErrorsPage(): string {
  const rows: [string, ErrorRow][] = Object.entries(ERRORS);
  return [HEAD, ...rows.map(([code, row]) => toSection(code, row))].join('\n');
}

function toSection(code: string, row: ErrorRow): string {
  return `## ${code}

**${row.status}** \`${row.anthropicType}\`, because of ${SOURCES[row.source]}. Again: ${row.retryable ? 'yes, later' : 'no'}.

> ${row.message}

${row.about} **Check:** ${row.check}
`;
}
