/** Longest host name (RFC 1035 §2.3.4). */
const NAME_CHARACTERS_MAX = 253;

/** A host name as domains are kept: lower case, punycode, no port, no trailing dot; null where it is no host name. */
export function toDomainName(text: string): string | null {
  const name = text.trim().replace(/\.$/, '');
  if (name === '' || /[/:@?#\\\s]/.test(name) || !URL.canParse(`http://${name}`)) return null;
  const { hostname } = new URL(`http://${name}`);
  return hostname.length <= NAME_CHARACTERS_MAX ? hostname : null;
}
