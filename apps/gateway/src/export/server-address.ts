/** Where models are asked. */
export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

export function toServerAddress(url: string): ServerAddress {
  const { hostname, port, protocol } = new URL(url);
  return { address: hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
