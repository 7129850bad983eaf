/** A Markdown table; bars and line ends inside cells are made harmless. */
export function toMarkdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [toLine(heads), toLine(heads.map(() => '---')), ...rows.map(toLine)].join('\n');
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.map(toCell).join(' | ')} |`;
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
