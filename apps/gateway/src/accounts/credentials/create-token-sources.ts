import { Secret } from '@nexus/config';
import type { AccountSettings } from '../account-file.ts';
import type { TokenSource, TokenSources } from '../token-source.ts';
import { toContentHash } from './content-hash.ts';
import { countMints } from './count-mints.ts';
import { createInvalidSource, createStaticSource } from './create-fixed-source.ts';
import { createLoginSource, type LoginSource, type LoginSourceParts } from './create-login-source.ts';
import { createMintedSource } from './create-minted-source.ts';
import type { Mint } from './mint.ts';
import {
  createClientCredentialsMint,
  createCommandMint,
  createExchangeMint,
  createReferenceMint,
  createSelfSignedMint,
  type MintWorld,
} from './mint-tokens.ts';
import type { OauthCredential, StoredCredential } from './stored-credential.ts';

export interface TokenSourcesParts extends MintWorld, LoginSourceParts {}

/** A mint takes 30 s at most, so among this many newer ones an old one has nobody waiting any more. */
const RETIRED_MAX = 64;

/** Builds a source for every account that is asked for, and keeps it as long as what it is made of stays the same. */
export function createTokenSources(parts: TokenSourcesParts): TokenSources {
  const byMaterial = new Map<string, TokenSource>();
  const logins = new Map<string, LoginSource>();
  /** Accounts are made anew by each reload, so this forgets by itself. */
  const byAccount = new WeakMap<AccountSettings, TokenSource>();
  /** Nobody new is given these, but exchanges in flight still wait for them: cut off, they would hear 401. */
  const retired = new Set<TokenSource>();

  function retire(source: TokenSource): void {
    retired.add(source);
    const [oldest] = retired;
    if (retired.size <= RETIRED_MAX || oldest === undefined) return;
    retired.delete(oldest);
    void oldest.close();
  }

  function find(account: AccountSettings): TokenSource {
    const { credential } = account;
    if (credential.kind === 'oauth') return findLogin(account, credential);
    const material = toMaterial(account);
    const known = byMaterial.get(material) ?? createSource(credential, account.path, parts);
    byMaterial.set(material, known);
    return known;
  }

  /** A login is told by its place, since its tokens change all the time; one that a person replaced is another. */
  function findLogin(account: AccountSettings, credential: OauthCredential): TokenSource {
    const place = toLoginPlace(account);
    const known = logins.get(place);
    if (known?.holds(credential)) return known;
    if (known !== undefined) retire(known);
    const source = createLoginSource(account, credential, parts);
    logins.set(place, source);
    return source;
  }

  return {
    of(account) {
      const known = byAccount.get(account);
      if (known !== undefined) return known;
      const source = find(account);
      byAccount.set(account, source);
      return source;
    },
    keep(accounts) {
      const materials = new Set(accounts.map(toMaterial));
      const places = new Set(accounts.map(toLoginPlace));
      for (const source of takeOthers(byMaterial, materials)) retire(source);
      for (const source of takeOthers(logins, places)) retire(source);
    },
    async close() {
      await Promise.all([...byMaterial.values(), ...logins.values(), ...retired].map((source) => source.close()));
    },
  };
}

/** Takes out of `sources` what is not kept, and gives it. */
function takeOthers(sources: Map<string, TokenSource>, kept: ReadonlySet<string>): TokenSource[] {
  const others = [...sources].filter(([key]) => !kept.has(key));
  for (const [key] of others) sources.delete(key);
  return others.map(([, source]) => source);
}

function toLoginPlace({ path, id }: AccountSettings): string {
  return JSON.stringify([path, id]);
}

function toMaterial({ path, id, credential }: AccountSettings): string {
  return toContentHash(JSON.stringify([path, id, toPlain(credential)]));
}

/** A copy in which secrets are what they are: printing one gives the same for all. */
function toPlain(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toPlain(part)]));
}

function createSource(
  credential: Exclude<StoredCredential, OauthCredential>,
  path: string,
  parts: TokenSourcesParts,
): TokenSource {
  const minted = (mint: Mint, refreshable = true): TokenSource => {
    if (credential.kind === 'invalid') return createInvalidSource(credential.because);
    const { kind, place } = credential;
    const counted = countMints(mint, kind, parts.onMint);
    return createMintedSource({ kind, place, mint: counted, refreshable, initial: null, clock: parts.clock });
  };
  switch (credential.kind) {
    case 'invalid':
      return createInvalidSource(credential.because);
    case 'api-key':
    case 'session': {
      const reference = credential.kind === 'api-key' ? credential.key : credential.token;
      if (reference instanceof Secret) return createStaticSource(credential.kind, reference, credential.place);
      return minted(createReferenceMint(reference, path, parts), !('env' in reference));
    }
    case 'oauth2-client-credentials':
      return minted(createClientCredentialsMint(credential, path, parts));
    case 'jwt-self-signed':
      return minted(createSelfSignedMint(credential, path, parts));
    case 'jwt-bearer-exchange':
      return minted(createExchangeMint(credential, path, parts));
    case 'command':
      return minted(createCommandMint(credential, parts));
    default:
      return credential satisfies never;
  }
}
