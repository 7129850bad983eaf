import { Secret } from '@nexus/config';
import { z } from 'zod';

/** What a domain's file gives to authenticate with at Claude. */
export type StoredCredential =
  | { readonly kind: 'api-key'; readonly key: Secret }
  | {
      readonly kind: 'oauth';
      readonly accessToken: Secret;
      readonly refreshToken: Secret | null;
      /** Epoch milliseconds; null where the file does not tell. */
      readonly expiresAtMs: number | null;
    }
  /** The file is there, but cannot be used. */
  | { readonly kind: 'invalid'; readonly because: string };

/** One parsed credential file. */
export interface CredentialFile {
  readonly accountId: string | null;
  readonly credential: StoredCredential;
  /** What callers present to us for this domain. */
  readonly clientKey: Secret | null;
}

const Text = z
  .string()
  .trim()
  .min(1)
  // These go into a header: a line break in one would forge another.
  .regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces');

/** Unknown fields are left to the parts that know them (`slack`, …). */
const Shared = { accountId: z.string().trim().min(1).max(200).optional(), client_api_key: Text.optional() };

const CredentialShape = z.discriminatedUnion('type', [
  z.looseObject({ ...Shared, type: z.literal('api_key'), api_key: Text }),
  z.looseObject({
    ...Shared,
    type: z.literal('oauth'),
    oauth: z.looseObject({
      accessToken: Text,
      refreshToken: z.string().trim().optional(),
      expiresAt: z.number().int().positive().optional(),
    }),
  }),
]);

/** Reads the text of a credential file. Problems name the field and never its value. */
export function parseCredentialFile(text: string): { ok: true; file: CredentialFile } | { ok: false; because: string } {
  const json = parseJson(text);
  if (json === undefined) return { ok: false, because: 'it is not JSON' };
  const parsed = CredentialShape.safeParse(json);
  if (!parsed.success) return { ok: false, because: toReason(parsed.error.issues) };
  return { ok: true, file: toCredentialFile(parsed.data) };
}

function toCredentialFile(data: z.output<typeof CredentialShape>): CredentialFile {
  const shared = {
    accountId: data.accountId ?? null,
    clientKey: data.client_api_key === undefined ? null : new Secret(data.client_api_key),
  };
  if (data.type === 'api_key') return { ...shared, credential: { kind: 'api-key', key: new Secret(data.api_key) } };
  const { accessToken, refreshToken, expiresAt } = data.oauth;
  return {
    ...shared,
    credential: {
      kind: 'oauth',
      accessToken: new Secret(accessToken),
      refreshToken: refreshToken === undefined || refreshToken === '' ? null : new Secret(refreshToken),
      expiresAtMs: expiresAt ?? null,
    },
  };
}

function toReason(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => `\`${issue.path.join('.') || 'the file'}\`: ${issue.message}`)
    .join('; ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
