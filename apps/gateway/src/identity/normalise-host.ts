import { isIP } from 'node:net';

/** Longest host name (RFC 1035, section 2.3.4). */
const HOST_CHARS_MAX = 253;

/**
 * One spelling for one domain: lower case, no port, no trailing dot, international names in punycode, IPv6 addresses
 * without brackets. Null for what is not a host name.
 */
export function normaliseHost(header: string | null): string | null {
  if (header === null) return null;
  const text = header.trim();
  if (text === '' || text.length > HOST_CHARS_MAX + 6) return null;
  if (text.startsWith('[') || isIP(text) === 6) return normaliseAddress(text);
  // Only these reach the URL parser, which would read anything else as a path, a user or a query.
  if (!/^[^\s/\\?#@%:[\]]+(:\d{0,5})?$/.test(text)) return null;
  const written = text.replace(/:\d*$/, '');
  if (isPlainName(written)) return written;
  const url = `http://${written}`;
  if (!URL.canParse(url)) return null;
  const name = new URL(url).hostname.replace(/\.$/, '');
  return isHostName(name) ? name : null;
}

/** Whether `host`, normalised, is an address or a name of this machine, which tells nothing of a domain. */
export function isBareHost(host: string): boolean {
  return isIP(host) !== 0 || isLocalName(host);
}

/** Whether only this machine answers to `host`, normalised. */
export function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function normaliseAddress(text: string): string | null {
  const inner = /^\[([^\]]*)\](:\d{0,5})?$/.exec(text)?.[1] ?? text;
  const url = `http://[${inner}]`;
  return isIP(inner) === 6 && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}

/**
 * Whether `text` is its own one spelling, which the URL parser (3 µs) would only confirm: lower-case labels, or an address.
 * A last label that begins with a letter is no number, and only `xn--` labels have rules of their own.
 */
function isPlainName(text: string): boolean {
  if (isIP(text) === 4) return true;
  return text.length <= HOST_CHARS_MAX && PLAIN_NAME.test(text) && !text.includes('xn--');
}

const PLAIN_NAME = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

function isHostName(name: string): boolean {
  if (name.length === 0 || name.length > HOST_CHARS_MAX) return false;
  return name.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}
