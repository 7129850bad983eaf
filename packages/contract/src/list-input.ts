import { z } from 'zod';

const Name = z.string().min(1).max(200);

/** Whose requests, what for and by which model. */
export const LIST_FILTERS = {
  domain: z.string().max(255).optional(),
  accountId: z.string().max(200).optional(),
  /** The client key that they came with. */
  keyId: z.uuid().optional(),
  /** What a client called its run. */
  sessionId: Name.optional(),
  /** Who asked and what for, as `userId` and `project` of a request tell. */
  user: Name.optional(),
  project: Name.optional(),
  model: z.string().max(200).optional(),
} as const;

/** At or after `from`, and before `to`. */
export const TIME_SPAN = {
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
} as const;

/** One keyset page: where it begins, and how many rows it has; `limit` where nobody says, `limitMax` at most. */
export function toPageInput({ limit, limitMax }: { readonly limit: number; readonly limitMax: number }) {
  return {
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(limitMax).default(limit),
  } as const;
}
