import { toUpstreamHeaders } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import type { AccountTest } from '@nexus/services';
import { whileWaiting } from './credentials/while-waiting.ts';
import type { TokenSource } from './token-source.ts';
import { type Upstream, toUpstreamUrl } from './upstream.ts';

export interface TestParts {
  readonly fetch: (url: string, options: BunFetchRequestInit) => Promise<Response>;
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}

/** Longest that the upstream may take. */
const TEST_MS_MAX = 10_000;

/** Lists one model: costs nothing, and needs the credential. */
export async function testCredential(
  { source, upstream }: { readonly source: TokenSource; readonly upstream: Upstream },
  { fetch, monotonicMs, signal }: TestParts,
): Promise<AccountTest> {
  const startMs = monotonicMs();
  const told = (ok: boolean, status: number | null, message: string): AccountTest => ({
    ok,
    status,
    message,
    durationMs: Math.round(monotonicMs() - startMs),
  });
  const bound = AbortSignal.any([signal, AbortSignal.timeout(TEST_MS_MAX)]);
  try {
    await whileWaiting(upstream.checked, bound);
    if (upstream.state.health.kind === 'disabled') return told(false, null, PRIVATE);
    const credential = source.current() ?? (await source.get(signal));
    const headers = toUpstreamHeaders(new Headers({ 'anthropic-version': '2023-06-01' }), {
      credential,
      clientKey: null,
    });
    const response = await fetch(toUpstreamUrl(upstream, '/v1/models', '?limit=1'), {
      headers,
      redirect: 'manual',
      signal: bound,
      ...upstream.connection,
    });
    await response.body?.cancel();
    return told(response.status < 400, response.status, toTestMessage(response.status));
  } catch (error) {
    if (error instanceof GatewayError) return told(false, null, toReason(error));
    const because = error instanceof Error ? error.message : 'unknown';
    return told(false, null, `Its upstream could not be reached: ${because}`);
  }
}

const PRIVATE = 'Its upstream leads to a private address; NEXUS_PRIVATE_UPSTREAMS=true allows that.';

/** Why nothing came of it, in words that hold no secret. */
export function toReason({ detail, publicMessage }: GatewayError): string {
  return typeof detail['because'] === 'string' ? detail['because'] : publicMessage;
}

function toTestMessage(status: number): string {
  if (status < 400) return 'Its upstream took the credential.';
  if (status === 401) return 'Its upstream refused the credential.';
  if (status === 403) return 'Its upstream knows the credential, and does not let it do this.';
  if (status === 404) return 'Its upstream answers, but has no list of models to try the credential with.';
  if (status === 429) return 'Its upstream took the credential, and says that a limit is reached.';
  return `Its upstream answered ${status}.`;
}
