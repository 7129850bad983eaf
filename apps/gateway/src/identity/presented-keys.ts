/**
 * What a caller may have sent to authenticate: what it showed to the forward proxy, then in the order in which Claude
 * itself looks; at most three.
 */
export function listPresentedKeys(headers: Headers, proxyKey: string | null = null): string[] {
  const keys = proxyKey === null ? [] : [proxyKey];
  const apiKey = headers.get('x-api-key')?.trim();
  if (apiKey !== undefined && apiKey !== '') keys.push(apiKey);
  const authorization = headers.get('authorization')?.trim();
  if (authorization !== undefined && authorization !== '') keys.push(authorization.replace(/^bearer\s+/i, ''));
  return keys;
}
