import type { Mint } from './mint.ts';
import type { CredentialKind } from './stored-credential.ts';

/** Told of each try to have a token. */
export type MintListener = (kind: CredentialKind, result: 'ok' | 'failed') => void;

/** The same mint, whose tries are told. */
export function countMints(mint: Mint, kind: CredentialKind, onMint: MintListener | undefined): Mint {
  if (onMint === undefined) return mint;
  return async (ask) => {
    try {
      const token = await mint(ask);
      onMint(kind, 'ok');
      return token;
    } catch (error) {
      onMint(kind, 'failed');
      throw error;
    }
  };
}
