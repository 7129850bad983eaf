import type { AllowedPlace } from './allow-list.ts';
import { parseForwardTarget } from './forward-target.ts';

/** A request target in absolute form (RFC 9112, section 3.2.2). */
export interface AbsoluteForm {
  readonly host: string;
  /** Null where the port of `http` was meant, said or not: we go on by TLS, so it tells nothing. */
  readonly port: number | null;
}

/** Host and port of `http://host[:port]/…`; null for anything else. */
export function parseAbsoluteForm(target: string): AbsoluteForm | null {
  const match = /^https?:\/\/([^/?#]+)/i.exec(target);
  if (match === null) return null;
  const isTls = /^https/i.test(target);
  const parsed = parseForwardTarget(match[1] ?? '', isTls ? 443 : 80);
  if (parsed === null) return null;
  return { host: parsed.host, port: !isTls && parsed.port === 80 ? null : parsed.port };
}

/** The upstream that was meant; of several on one host, the one whose base path the request is in. */
export function findUpstream(places: readonly AllowedPlace[], asked: AbsoluteForm, path: string): AllowedPlace | null {
  let found: AllowedPlace | null = null;
  let foundChars = -1;
  for (const place of places) {
    if (place.basePath === null || place.host !== asked.host) continue;
    if (asked.port !== null && asked.port !== place.port) continue;
    const chars = isIn(path, place.basePath) ? place.basePath.length : -1;
    if (found !== null && chars <= foundChars) continue;
    found = place;
    foundChars = chars;
  }
  return found;
}

/** The path as it stands behind the base URL: whoever wrote the base path too shall not have it twice. */
export function toPathBehind(path: string, basePath: string | null): string {
  if (basePath === null || basePath === '' || !isIn(path, basePath)) return path;
  return path.slice(basePath.length) || '/';
}

function isIn(path: string, basePath: string): boolean {
  return path === basePath || path.startsWith(`${basePath}/`);
}
