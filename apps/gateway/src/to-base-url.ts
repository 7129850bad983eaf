/**
 * The address of a port of ours as clients write it, without a slash at its end. Bound to every interface we have no name
 * of our own: then it is `nameWhereAny`, a name that is known to lead here.
 */
export function toBaseUrl(port: number, { host, nameWhereAny }: { host: string; nameWhereAny: string }): string {
  const name = ['0.0.0.0', '::', '[::]'].includes(host) ? nameWhereAny : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}
