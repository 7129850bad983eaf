import { maskSecretText } from '../headers/mask-secret-text.ts';
import { toPlainText } from './to-plain-text.ts';

/** Names are keys of sums and of indexes, whose entries are bounded. */
const NAME_LENGTH_MAX = 200;
/** A secret is masked as a whole before it is cut: half of one might no longer look like one. */
const LOOKED_AT_MAX = 2_000;

/** The name of a user or a project, fit to be stored and shown, without secrets; null where there is none. */
export function readPartyName(text: string | null): string | null {
  const name = toPlainText(maskSecretText((text ?? '').slice(0, LOOKED_AT_MAX)), NAME_LENGTH_MAX);
  return name === '' ? null : name;
}
