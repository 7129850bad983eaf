/**
 * `text` as one line of at most `lengthMax` characters that every database and screen takes: no control characters, no
 * half of a surrogate pair.
 */
export function toPlainText(text: string, lengthMax: number): string {
  // Spaces shrink, so a few times the length is looked at and never the whole of a long text.
  const line = text
    .slice(0, lengthMax * 8)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const cut = line.slice(0, lengthMax);
  return (isHighSurrogate(cut.charCodeAt(cut.length - 1)) ? cut.slice(0, -1) : cut).toWellFormed();
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
