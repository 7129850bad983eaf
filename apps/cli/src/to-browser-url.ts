/** Where a browser on this machine finds a server that is bound to `host`. */
export function toBrowserUrl(host: string, port: number): string {
  // The very name that the gateway prints at start: a cookie for 127.0.0.1 is none for localhost.
  const name = ['0.0.0.0', '::', '[::]'].includes(host) ? 'localhost' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}
