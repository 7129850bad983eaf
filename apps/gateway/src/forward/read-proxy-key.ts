/** What a caller shows to a proxy: a Bearer token, or one of the two halves of Basic; a URL has room for either. */
export function readProxyKeys(header: string | null): readonly string[] {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2);
  if (value === '') return [];
  if (scheme.toLowerCase() === 'bearer') return [value];
  if (scheme.toLowerCase() !== 'basic') return [];
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const halves = colon === -1 ? [text] : [text.slice(colon + 1), text.slice(0, colon)];
  return halves.filter((half) => half !== '');
}
