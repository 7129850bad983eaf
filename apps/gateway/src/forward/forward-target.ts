import { isIP } from 'node:net';

/** A host and port that somebody asked for, in the one spelling that can be compared. */
export interface ForwardTarget {
  /** Lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Longest host name (RFC 1035, section 2.3.4). */
const HOST_CHARS_MAX = 253;
const NAME = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Reads `host:port`. Null for everything that two programs could read differently: users and passwords, trailing dots,
 * numbers that are addresses in disguise (`2130706433`, `0x7f.1`, `0177.0.0.1`), zones, escapes.
 */
export function parseForwardTarget(text: string, portOtherwise: number | null): ForwardTarget | null {
  const match = /^(\[[0-9A-Fa-f:.]{2,45}\]|[^[\]:@/\\?#%\s]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const port = match[2] === undefined ? portOtherwise : Number(match[2]);
  const host = toHost(match[1] ?? '');
  if (host === null || port === null || port < 1 || port > 65_535) return null;
  return { host, port };
}

/** `host:port`, with brackets where the port would be lost in the address. */
export function toTargetText({ host, port }: ForwardTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toHost(written: string): string | null {
  if (written.startsWith('[')) {
    const inner = written.slice(1, -1);
    // The URL parser has one spelling for every IPv6 address.
    return isIP(inner) === 6 ? new URL(`http://[${inner}]`).hostname.slice(1, -1) : null;
  }
  const name = written.toLowerCase();
  if (isIP(name) === 4) return name;
  return name.length <= HOST_CHARS_MAX && NAME.test(name) ? name : null;
}
