/** Where a browser on this machine finds a server that is bound to `host`. */
export function toBrowserUrl(host: string, port: number): string {
  const everywhere = ['0.0.0.0', '::', '[::]', '127.0.0.1', '::1', '[::1]'];
  const name = everywhere.includes(host) ? 'localhost' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}
