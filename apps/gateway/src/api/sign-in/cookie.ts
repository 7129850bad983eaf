/** The value of one cookie of a `cookie` header; null where it is not there. */
export function readCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const border = part.indexOf('=');
    if (border > 0 && part.slice(0, border).trim() === name) return part.slice(border + 1).trim();
  }
  return null;
}

export interface CookieFacts {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 removes the cookie. */
  readonly maxAgeS: number;
  readonly secure: boolean;
}

/** A `set-cookie` that no script can read and no other site can make a browser send. */
export function toSetCookie({ name, value, maxAgeS, secure }: CookieFacts): string {
  const parts = [`${name}=${value}`, 'Path=/', `Max-Age=${maxAgeS}`, 'HttpOnly', 'SameSite=Strict'];
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
}
