import { Secret } from '@nexus/config';
import { MintError } from './mint.ts';

/** Longest token that is taken: a header of 16 KiB is the most that servers read. */
export const TOKEN_CHARACTERS_MAX = 16_384;

/**
 * A text that somebody gave as a token, as a secret that can stand in a header.
 * @throws {MintError} where it cannot: a line break in it would forge another header.
 */
export function toToken(text: string, where: string): Secret {
  const token = text.trim();
  if (token === '') throw new MintError(`${where} gave no token`);
  if (token.length > TOKEN_CHARACTERS_MAX)
    throw new MintError(`${where} gave more than ${TOKEN_CHARACTERS_MAX} characters`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new MintError(`${where} gave something that cannot stand in a header`);
  return new Secret(token);
}
