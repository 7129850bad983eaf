/** Headers that belong to one connection and never travel on (RFC 9110 §7.6.1, RFC 2616 §13.5.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;

/** Removes from `headers`, in place, what belongs to the connection it came on, and whatever `Connection` names. */
export function dropHopByHop(headers: Headers): void {
  const named = headers.get('connection');
  if (named !== null) {
    for (const name of named.split(',')) {
      if (isHeaderName(name.trim())) headers.delete(name.trim());
    }
  }
  for (const name of HOP_BY_HOP) headers.delete(name);
}

/** `Headers` throws on a name that is no token, and `Connection` may hold anything. */
function isHeaderName(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}
