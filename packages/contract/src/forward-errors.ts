import type { ErrorRow } from './error-row.ts';

/** What only the forward proxy answers with. */
export const FORWARD_ERRORS = {
  'proxy-key-missing': {
    status: 407,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'No key was sent. Put your Claude Nexus key into the proxy URL: http://nexus:<key>@host:port.',
    about: 'Client authentication is on, and a request to the forward proxy carried no key.',
    check: 'HTTPS_PROXY, HTTP_PROXY or `curl -x` of the client: the key belongs into `Proxy-Authorization`.',
  },
  'proxy-key-unknown': {
    status: 407,
    source: 'client',
    retryable: false,
    anthropicType: 'authentication_error',
    message: 'This key is not valid at this proxy.',
    about: 'The key in `Proxy-Authorization` is unknown, revoked or expired; the answer does not say which.',
    check: '`bun run nexus key list`.',
  },
  'target-refused': {
    status: 403,
    source: 'client',
    retryable: false,
    anthropicType: 'permission_error',
    message: 'This proxy does not go there: only to Claude, and by CONNECT to what NEXUS_FORWARD_ALLOW names.',
    about:
      'A forward proxy request named a host that is neither an upstream nor in NEXUS_FORWARD_ALLOW, or one that leads to a private address.',
    check: 'NEXUS_FORWARD_ALLOW. A private address is reached only where `host:port` stands there exactly so.',
  },
  'connections-spent': {
    status: 503,
    source: 'gateway',
    retryable: true,
    anthropicType: 'overloaded_error',
    message: 'This proxy has as many connections as it may have.',
    about: 'The bound of connections to PORT or to the forward proxy is reached. Nothing was read of the request.',
    check:
      'Who keeps connections or tunnels open. At PORT the bound is four times NEXUS_EXCHANGES_MAX, or what fits into the files that the process may open, four a connection (`ulimit -n`); at the forward proxy NEXUS_FORWARD_CONNECTIONS_MAX.',
  },
} as const satisfies Record<string, ErrorRow>;
