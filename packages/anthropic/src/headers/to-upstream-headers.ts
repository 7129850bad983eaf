/** What authenticates an exchange at the upstream. `pass-through` leaves the caller's own Claude credential where it stands. */
export type UpstreamCredential =
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'bearer'; readonly token: string; readonly betas: readonly string[] }
  | { readonly kind: 'pass-through' };

export interface UpstreamHeadersOptions {
  readonly credential: UpstreamCredential;
  /** The key the caller authenticated at us with, so that it never goes upstream whichever header carried it; null for none. */
  readonly clientKey: string | null;
}

/** The headers to send upstream. */
export function toUpstreamHeaders(_incoming: Headers, _options: UpstreamHeadersOptions): Headers {
  throw new Error('not built yet');
}
