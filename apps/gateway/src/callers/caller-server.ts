import type { ServerOf } from '../listen.ts';

/** The server behind, but for the address of the caller: that of every connection to it is one of ours. */
export interface CallerServer {
  timeout(request: Request, seconds: number): void;
  requestIP(request: Request): { readonly address: string };
}

export function toCallerServer(server: ServerOf, findAddress: (request: Request) => string): CallerServer {
  return {
    timeout: (request, seconds) => server.timeout(request, seconds),
    requestIP: (request) => ({ address: findAddress(request) }),
  };
}
