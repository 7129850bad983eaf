import type { KeySummary } from '@nexus/contract';
import { formatLeft } from './account-words.ts';
import { formatExact } from './format-instant.ts';
import type { Tone } from './outcome-words.ts';

/** From this long before its end on, the end of a key is worth a word. */
const ENDING_MS = 7 * 86_400_000;

/** How a key is: whether it lets anybody in, and until when. Instants are ISO. */
export type KeyState =
  | { readonly kind: 'good' }
  | { readonly kind: 'ending'; readonly at: string }
  | { readonly kind: 'expired'; readonly at: string }
  | { readonly kind: 'revoked'; readonly at: string };

export function toKeyState(
  { revokedAt, expiresAt }: Pick<KeySummary, 'revokedAt' | 'expiresAt'>,
  now: number,
): KeyState {
  if (revokedAt !== null) return { kind: 'revoked', at: revokedAt };
  if (expiresAt === null) return { kind: 'good' };
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) return { kind: 'expired', at: expiresAt };
  return leftMs < ENDING_MS ? { kind: 'ending', at: expiresAt } : { kind: 'good' };
}

/** Whether a key in this state lets anybody in. */
export function isUsable({ kind }: KeyState): boolean {
  return kind === 'good' || kind === 'ending';
}

interface StateWords {
  readonly tone: Tone;
  readonly label: string;
  readonly about: string;
}

/** How a state reads on screen. */
export function toKeyStateWords(state: KeyState, now: number): StateWords {
  switch (state.kind) {
    case 'good':
      return { tone: 'ok', label: 'Good', about: 'It lets its callers in.' };
    case 'ending':
      return {
        tone: 'warn',
        label: `Ends in ${formatLeft(state.at, now)}`,
        about: `Good until ${formatExact(state.at)}.`,
      };
    case 'expired':
      return {
        tone: 'plain',
        label: 'Expired',
        about: `Refused since ${formatExact(state.at)}. Its end can be moved.`,
      };
    case 'revoked':
      return { tone: 'bad', label: 'Revoked', about: `Refused since ${formatExact(state.at)}, for good.` };
    default:
      return state satisfies never;
  }
}

export type KeyScope = KeySummary['scopes'][number];

/** What each scope lets a caller do. */
export const KEY_SCOPE_WORDS: Record<KeyScope, { readonly label: string; readonly about: string }> = {
  proxy: { label: 'Claude', about: 'goes through to Claude' },
  read: { label: 'Facts', about: 'reads lists, usage and limits over the API, not what was said' },
  content: { label: 'Messages', about: 'reads what people and models wrote' },
  write: { label: 'Changes', about: 'makes keys, sets limits, deletes conversations' },
  admin: { label: 'Credentials', about: 'decides what the gateway authenticates with' },
};
