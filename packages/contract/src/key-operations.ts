import { z } from 'zod';
import { LimitValues } from './limit-operations.ts';
import { type OperationDeclaration, SCOPES } from './operation-declaration.ts';
import { Format } from './usage-shapes.ts';

/** What a client key may do: `proxy` goes through to Claude, the others open our own API. */
export const KEY_SCOPES = ['proxy', ...SCOPES] as const;

const KeyScopes = z.array(z.enum(KEY_SCOPES)).min(1).max(KEY_SCOPES.length);
const Label = z.string().trim().min(1).max(50);
/** People, by mail address or however a team names them. */
const Owner = z.string().trim().min(1).max(200);
const Project = z.string().trim().min(1).max(200);

const KeySummary = z
  .strictObject({
    keyId: z.uuid(),
    name: z.string(),
    domain: z.string().nullable(),
    owner: z.string().nullable(),
    project: z.string().nullable(),
    labels: z.array(z.string()).readonly(),
    scopes: z.array(z.enum(KEY_SCOPES)).readonly(),
    /** First characters of the key. */
    hint: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    /** To the minute; null where it was never used. */
    lastUsedAt: z.iso.datetime().nullable(),
    rotatedAt: z.iso.datetime().nullable(),
    /** Until when the secret before the last rotation is good. */
    previousUntil: z.iso.datetime().nullable(),
  })
  .meta({ id: 'KeySummary' });
export type KeySummary = z.infer<typeof KeySummary>;

const One = z.strictObject({ keyId: z.uuid() });

/** A day, then the old secret ends. */
const GRACE_SECONDS = 86_400;
const GRACE_SECONDS_MAX = 2_592_000;

export const KEY_OPERATIONS = {
  'key.create': {
    method: 'POST',
    path: '/api/keys',
    scope: 'write',
    about: 'Makes a client key. The key itself is in this answer and never again.',
    input: z.strictObject({
      name: z.string().trim().min(1).max(100),
      domain: z.string().min(1).max(255).optional(),
      expiresAt: z.iso.datetime({ offset: true }).optional(),
      /** Who it is for: limits and budgets of a user go by it. */
      owner: Owner.optional(),
      project: Project.optional(),
      labels: z.array(Label).max(20).default([]),
      scopes: KeyScopes.default(['proxy']),
      limits: LimitValues.optional(),
      /** Makes it also where a key of this name works for the same domain already, or for every domain alike. */
      allowSameName: z.boolean().optional(),
    }),
    output: z.strictObject({ keyId: z.uuid(), name: z.string(), domain: z.string().nullable(), key: z.string() }),
  },
  'key.list': {
    method: 'GET',
    path: '/api/keys',
    scope: 'read',
    about: 'Client keys without their secrets.',
    csv: 'keys',
    input: z.strictObject({ format: Format }),
    output: z.strictObject({ keys: z.array(KeySummary) }),
  },
  'key.usage': {
    method: 'GET',
    path: '/api/keys/usage',
    scope: 'read',
    about:
      'What each client key used in this month, and its cost on each of the last seven days, by the calendar of UTC.',
    csv: 'keys',
    input: z.strictObject({ format: Format }),
    output: z.strictObject({
      /** The first instant of this month. */
      monthStartsAt: z.iso.datetime(),
      /** The beginnings of the last seven days, today last. */
      days: z.array(z.iso.datetime()),
      /** Those that were used in either span, the dearest of this month first. */
      keys: z.array(
        z.strictObject({
          keyId: z.string(),
          requestCount: z.int(),
          totalTokens: z.int(),
          costNano: z.int(),
          /** Requests that `costNano` leaves out, because nobody knows their price. */
          unpricedCount: z.int(),
          /** Nano-dollars, one figure for each of `days`. */
          costNanoByDay: z.array(z.int()),
          /** One figure for each of `days`. */
          requestsByDay: z.array(z.int()),
        }),
      ),
    }),
  },
  'key.rotate': {
    method: 'POST',
    path: '/api/keys/:keyId/rotate',
    scope: 'write',
    about: 'Gives a client key a new secret, which is in this answer and never again. The old one is good for a while.',
    input: z.strictObject({
      keyId: z.uuid(),
      /** For how long the old secret stays good; 0 ends it at once. */
      graceSeconds: z.int().min(0).max(GRACE_SECONDS_MAX).default(GRACE_SECONDS),
    }),
    output: z.strictObject({
      keyId: z.uuid(),
      name: z.string(),
      key: z.string(),
      previousUntil: z.iso.datetime(),
    }),
  },
  'key.expire': {
    method: 'POST',
    path: '/api/keys/:keyId/expire',
    scope: 'write',
    about: 'Sets when a client key ends; it can be moved again until then, and after.',
    input: z.strictObject({
      keyId: z.uuid(),
      /** Null: never. */
      expiresAt: z.iso.datetime({ offset: true }).nullable(),
    }),
    output: KeySummary,
  },
  'key.revoke': {
    method: 'DELETE',
    path: '/api/keys/:keyId',
    scope: 'write',
    about:
      'Revokes a client key; every gateway on this database refuses it at once. What it has under way ends by itself.',
    input: One,
    output: z.strictObject({ keyId: z.uuid(), revokedAt: z.iso.datetime() }),
  },
} as const satisfies Record<string, OperationDeclaration>;
