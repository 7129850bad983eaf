import type { GatewayError } from '@nexus/contract';

/** What a caller asked of us as its forward proxy. Other callers say by `Host` whom they mean; this one meant somebody else. */
export interface ProxyAsk {
  /** Where it wanted to go, as `host:port` of the upstream that was meant, or as the caller wrote it. */
  readonly target: string;
  /** Behind the base URL of the upstream that was meant, so that its path stands there exactly once. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** The domain that serves it: that of its key, else what it named, else the default. */
  readonly domain: string;
  /** The key that it showed to the proxy; null where it needs none. */
  readonly proxyKey: string | null;
  /** Why it is not served; null where it is. */
  readonly refusal: GatewayError | null;
}
