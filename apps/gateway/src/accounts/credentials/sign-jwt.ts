import { type CryptoKey, importJWK, importPKCS8, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { MintError } from './mint.ts';
import type { SecretReader } from './read-secret.ts';
import type { JwtTemplate } from './stored-credential.ts';

/** What signing needs of the world. */
export interface SigningWorld {
  readonly secrets: SecretReader;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A fresh UUID, for `jti`. */
  readonly newId: () => string;
}

/**
 * Signs a JWT as its template says; relative files of secrets start at the folder of `credentialPath`.
 * @throws {MintError} where a secret is missing or does not fit the algorithm.
 */
export async function signJwt(template: JwtTemplate, credentialPath: string, world: SigningWorld): Promise<string> {
  const { algorithm, keyId, sets, lifetimeSeconds } = template;
  const nowS = Math.floor(world.clock() / 1000);
  const values: Record<string, string> = {};
  for (const [name, reference] of Object.entries(template.variables)) {
    values[name] = (await world.secrets.read(reference, credentialPath)).reveal();
  }
  const registered = { exp: nowS + lifetimeSeconds, iat: nowS, nbf: nowS, jti: world.newId() };
  const payload = {
    ...toClaims(template.claims, values),
    ...Object.fromEntries(sets.map((name) => [name, registered[name]])),
  };
  const key = await importKey((await world.secrets.read(template.key, credentialPath)).reveal(), algorithm);
  try {
    return await new SignJWT(payload)
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) })
      .sign(key);
  } catch (cause) {
    throw new MintError(`the key cannot sign with ${algorithm}`, { final: true, cause });
  }
}

const Claims = z.record(z.string(), z.unknown());

/** Puts the variables in; what is no variable stays as it stands. */
function toClaims(template: unknown, values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Claims.parse(fill(template, values));
}

function fill(template: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof template === 'string')
    return template.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
  if (Array.isArray(template)) return template.map((part) => fill(part, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, part]) => [name, fill(part, values)]));
}

async function importKey(text: string, algorithm: string): Promise<CryptoKey | Uint8Array> {
  if (algorithm.startsWith('HS')) return new TextEncoder().encode(text);
  try {
    return text.trimStart().startsWith('{')
      ? await importJWK(parseJwk(text), algorithm)
      : await importPKCS8(text, algorithm);
  } catch (cause) {
    throw new MintError(`the key is no PKCS #8 PEM or JWK for ${algorithm}`, { final: true, cause });
  }
}

const KeyText = z.looseObject({ kty: z.string() });

function parseJwk(text: string): JWK {
  return KeyText.parse(JSON.parse(text));
}
