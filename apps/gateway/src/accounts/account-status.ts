import type { Health, HealthState, RestReason } from '@nexus/core';
import type { AccountStatus } from '@nexus/services';
import type { Account } from './account.ts';

/** What a person may know of an account: no secret is among it. */
export function toAccountStatus(account: Account, domains: readonly string[]): AccountStatus {
  const { settings, state, upstream, source } = account;
  const token = source.state();
  const { because, untilMs } = toCause(account);
  return {
    id: account.id,
    name: settings.name,
    domains,
    origin: settings.path === '' ? 'environment' : 'file',
    kind: token.kind,
    state: toAccountState(account),
    because,
    untilMs,
    inFlight: account.inFlight,
    weight: account.weight,
    priority: account.priority,
    models: settings.models,
    upstream: settings.upstream === null ? null : upstream.baseUrl,
    windows: state.windows.flatMap(({ name, usedShare, resetsAtMs }) =>
      usedShare === null ? [] : [{ name, utilisation: usedShare, resetsAtMs }],
    ),
    lastError: account.lastError,
    token: {
      expiresAtMs: token.expiresAtMs,
      lastMintedAtMs: token.lastMintedAtMs,
      lastError: token.lastError,
      refreshable: token.refreshable,
    },
  };
}

export type AccountState = Health['kind'] | 'invalid';

/** How an account is, in one word. */
export function toAccountState({ settings, state, upstream }: Account): AccountState {
  return settings.credential.kind === 'invalid' ? 'invalid' : toVisible(state, upstream.state);
}

/** An account whose upstream is not there takes no requests either. */
function toVisible(own: HealthState, upstream: HealthState): Health['kind'] {
  return own.health.kind === 'healthy' ? upstream.health.kind : own.health.kind;
}

function toCause({ settings, state, upstream, lastError, source }: Account): {
  because: string | null;
  untilMs: number | null;
} {
  const tokenError = source.state().lastError?.because ?? null;
  if (settings.credential.kind === 'invalid') return { because: settings.credential.because, untilMs: null };
  const shown = state.health.kind === 'healthy' ? upstream.state.health : state.health;
  switch (shown.kind) {
    case 'healthy':
      return toModelCause(state);
    case 'resting':
      return {
        because: (shown.because === 'no-token' ? tokenError : null) ?? REST_WORDS[shown.because],
        untilMs: shown.untilMs,
      };
    case 'probing':
      return { because: 'one request is finding out whether it is well again', untilMs: null };
    case 'auth-failed':
      return { because: tokenError ?? shown.because, untilMs: shown.probeAtMs };
    case 'paused':
      return { because: 'somebody paused it', untilMs: null };
    case 'disabled':
      return { because: toOffCause(state, lastError), untilMs: null };
    default:
      return shown satisfies never;
  }
}

function toOffCause(state: HealthState, lastError: Account['lastError']): string {
  if (state.health.kind !== 'disabled')
    return 'its upstream leads to a private address; NEXUS_PRIVATE_UPSTREAMS=true allows that';
  return lastError?.because ?? 'its file switches it off';
}

const REST_WORDS: Readonly<Record<RestReason, string>> = {
  'rate-limited': 'its upstream asked to wait (429)',
  'window-used-up': 'a limit is used up until its window resets',
  'upstream-errors': 'its upstream answered with errors, three in a row',
  'no-token': 'no token could be had for it',
  unreachable: 'its upstream could not be reached, twice in a row',
};

function toModelCause({ modelRests }: HealthState): { because: string | null; untilMs: number | null } {
  const [first] = modelRests;
  if (first === undefined) return { because: null, untilMs: null };
  const models = modelRests.map(({ scope }) => ('family' in scope ? scope.family : scope.model)).join(', ');
  return { because: `resting for ${models} only`, untilMs: first.untilMs };
}
