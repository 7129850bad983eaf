import type { Secret } from '@nexus/config';
import type { TIME_CLAIMS } from '@nexus/contract';

/** Where a secret stands: in the credential file itself, in the environment, in a file of its own, or sealed in the database. */
export type SecretReference =
  | Secret
  | { readonly env: string }
  /** A relative path starts at the folder of the credential file. */
  | { readonly file: string }
  /** The name that it was stored under. */
  | { readonly stored: string };

/** How a token travels to the upstream. `betas` are added to those that the client sends. */
export type TokenPlace =
  | { readonly kind: 'x-api-key' }
  | { readonly kind: 'bearer'; readonly betas: readonly string[] }
  | { readonly kind: 'header'; readonly name: string; readonly prefix: string };

/** The names of the kinds, as the API and the dashboard show them. */
export type CredentialKind = StoredCredential['kind'];

/** What an account authenticates with at its upstream, as its file describes it. Times are seconds where a file has them so. */
export type StoredCredential =
  | ApiKeyCredential
  | OauthCredential
  | ClientCredentials
  | SelfSignedCredential
  | ExchangedCredential
  | CommandCredential
  | SessionCredential
  /** It is there, but cannot be used. */
  | { readonly kind: 'invalid'; readonly because: string };

/** A long-lived key. */
export interface ApiKeyCredential {
  readonly kind: 'api-key';
  readonly key: SecretReference;
  readonly place: TokenPlace;
}

/** A login with an access token and, usually, a refresh token that works once. */
export interface OauthCredential {
  readonly kind: 'oauth';
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  /** Epoch milliseconds; null where the file does not tell. */
  readonly expiresAtMs: number | null;
  /** Null for the one of the settings. */
  readonly tokenUrl: string | null;
  readonly clientId: string | null;
}

/** How a client shows to a token endpoint who it is (RFC 6749 §2.3, OpenID Connect Core §9). */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: SecretReference }
  | {
      readonly method: 'private_key_jwt';
      readonly key: SecretReference;
      readonly algorithm: string;
      readonly keyId: string | null;
    }
  | { readonly method: 'none' };

/** How a token endpoint wants to be asked, and what it calls things. */
export interface TokenEndpoint {
  readonly url: string;
  readonly encoding: 'form' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  /** Our name of a parameter of the request → that of this endpoint; an empty one leaves it out. */
  readonly requestNames: Readonly<Record<string, string>>;
  /** Names of the fields of the answer. */
  readonly tokenField: string;
  readonly lifetimeField: string;
  /** Counts where the answer tells no lifetime. */
  readonly lifetimeSeconds: number;
}

/** OAuth 2.0 client credentials (RFC 6749 §4.4). */
export interface ClientCredentials {
  readonly kind: 'oauth2-client-credentials';
  readonly endpoint: TokenEndpoint;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  readonly scope: string | null;
  readonly audience: string | null;
  readonly place: TokenPlace;
}

export type TimeClaim = (typeof TIME_CLAIMS)[number];

/** A JWT that we sign ourselves: either the token, or the assertion that is exchanged for one. */
export interface JwtTemplate {
  readonly algorithm: string;
  /** A shared secret (HS…), or a private key as PKCS #8 PEM or JWK. */
  readonly key: SecretReference;
  readonly keyId: string | null;
  /** `${name}` stands for a variable in any text of it. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, SecretReference>>;
  /** How long one is used; its `exp` where that is set. */
  readonly lifetimeSeconds: number;
  /** Registered claims that are set when it is signed. */
  readonly sets: readonly TimeClaim[];
}

export interface SelfSignedCredential {
  readonly kind: 'jwt-self-signed';
  readonly template: JwtTemplate;
  readonly place: TokenPlace;
}

/** An assertion that is exchanged for a token (RFC 7523 §2.1), workload identity among them. */
export interface ExchangedCredential {
  readonly kind: 'jwt-bearer-exchange';
  readonly endpoint: TokenEndpoint;
  readonly assertion:
    | { readonly kind: 'reference'; readonly from: SecretReference }
    | { readonly kind: 'command'; readonly argv: readonly string[] }
    | { readonly kind: 'signed'; readonly template: JwtTemplate };
  readonly place: TokenPlace;
}

/** A program that prints a token. */
export interface CommandCredential {
  readonly kind: 'command';
  readonly argv: readonly string[];
  readonly lifetimeSeconds: number;
  readonly timeoutMs: number;
  readonly place: TokenPlace;
}

/** A bearer token that is given and cannot be renewed. */
export interface SessionCredential {
  readonly kind: 'session';
  readonly token: SecretReference;
  readonly place: TokenPlace;
}
