import type { AccountSummary } from '@nexus/contract';
import type { Tone } from './outcome-words.ts';

interface StateWords {
  readonly label: string;
  readonly tone: Tone;
  /** What it means, for whoever does not know. */
  readonly about: string;
}

/** How each state of an account reads on screen; a new one does not compile until it has its words. */
export const ACCOUNT_STATE_WORDS: Record<AccountSummary['state'], StateWords> = {
  healthy: { label: 'Healthy', tone: 'ok', about: 'It takes requests.' },
  resting: {
    label: 'Resting',
    tone: 'warn',
    about: 'A limit or errors were met; it is tried again when the rest is over.',
  },
  probing: { label: 'Probing', tone: 'live', about: 'One request tries whether it answers again.' },
  'auth-failed': {
    label: 'Refused',
    tone: 'bad',
    about: 'Its upstream does not take the credential. Replace it, or sign in again.',
  },
  paused: { label: 'Paused', tone: 'plain', about: 'A person took it out of its pools.' },
  disabled: { label: 'Switched off', tone: 'plain', about: 'Its file says `disabled`.' },
  invalid: { label: 'Broken', tone: 'bad', about: 'Its file does not say what to authenticate with. Mend it.' },
};

/** Why an account is as it is, in a sentence, with what to do where a bare status says too little. */
export function toBecauseWords({ state, because }: Pick<AccountSummary, 'state' | 'because'>): string {
  if (because === null) return '';
  const status = /^status (\d+)$/.exec(because)?.[1];
  const { about } = ACCOUNT_STATE_WORDS[state];
  if (status !== undefined) return `Status ${status}: ${about.slice(0, 1).toLowerCase()}${about.slice(1)}`;
  return `${because.slice(0, 1).toUpperCase()}${because.slice(1)}${/[.!?]$/.test(because) ? '' : '.'}`;
}

const KINDS: Readonly<Record<string, string>> = {
  'api-key': 'API key',
  oauth: 'OAuth login',
  'oauth2-client-credentials': 'client credentials',
  'jwt-self-signed': 'self-signed token',
  'jwt-bearer-exchange': 'exchanged token',
  command: 'token of a command',
  session: 'session token',
  invalid: 'unknown kind',
};

/** The kind of a credential in words. */
export function toKindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

const WINDOWS: Readonly<Record<string, string>> = { '5h': '5 hours', '7d': '7 days' };

/** A window as people call it: `5 hours`, `7 days, opus`. */
export function toWindowWords(name: string): string {
  const [span = '', ...family] = name.split(/[_-]/);
  return [WINDOWS[span] ?? span, ...family].join(', ');
}

/** A share as a whole number of percent: `0 %`, `< 1 %`, `42 %`. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

/** Time until an instant, coarse: `now`, `40 s`, `12 min`, `3 h`, `2 d`. */
export function formatLeft(iso: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1_000);
  if (seconds <= 0) return 'now';
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
