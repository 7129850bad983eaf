import { REST_REASONS } from '@nexus/core';
import { z } from 'zod';

const Instant = z.number();

const HealthShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('healthy') }),
  z.object({ kind: z.literal('resting'), untilMs: Instant, because: z.enum(REST_REASONS) }),
  z.object({ kind: z.literal('probing'), sinceMs: Instant, because: z.enum([...REST_REASONS, 'auth-failed']) }),
  z.object({ kind: z.literal('auth-failed'), probeAtMs: Instant, because: z.string() }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('disabled') }),
]);

const ModelRestShape = z.object({
  scope: z.union([z.object({ family: z.string() }), z.object({ model: z.string() })]),
  untilMs: Instant,
  because: z.enum(['window-used-up', 'forbidden']),
});

const WindowShape = z.object({
  name: z.string(),
  scope: z.string().nullable(),
  isRejected: z.boolean(),
  usedShare: z.number().nullable(),
  shareMax: z.number(),
  resetsAtMs: Instant.nullable(),
});

/** How an account is, as another process wrote it: perhaps one of another version, whose state is then left alone. */
export const HealthStateShape = z.object({
  health: HealthShape,
  restCount: z.number(),
  errorsMs: z.array(Instant).max(10),
  unreachableCount: z.number(),
  modelRests: z.array(ModelRestShape).max(100),
  windows: z.array(WindowShape).max(100),
});
