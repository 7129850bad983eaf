/** What a caller may have sent to authenticate, in the order in which Claude itself looks; at most two. */
export function listPresentedKeys(headers: Headers): string[] {
  const keys: string[] = [];
  const apiKey = headers.get('x-api-key')?.trim();
  if (apiKey !== undefined && apiKey !== '') keys.push(apiKey);
  const authorization = headers.get('authorization')?.trim();
  if (authorization !== undefined && authorization !== '') keys.push(authorization.replace(/^bearer\s+/i, ''));
  return keys;
}
