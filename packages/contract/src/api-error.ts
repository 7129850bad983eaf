import { z } from 'zod';

/** Body of every error of our own API (`/api/*`, `/sse`); exchanges get Claude's error shape instead. */
export const ApiErrorBody = z.object({
  error: z.object({
    /** A code of the error table. A string, so that an older client can read a newer gateway. */
    code: z.string(),
    message: z.string(),
    requestId: z.string().nullable(),
    /** As the chat API has it; these four are absent from gateways of versions before. */
    status: z.int().optional(),
    type: z.string().optional(),
    /** The first field that is wrong; null where none is. */
    param: z.string().nullable().optional(),
    /** Every field that is wrong, with what it must be. */
    details: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  }),
});
export type ApiErrorBody = z.infer<typeof ApiErrorBody>;

/**
 * What a client of the API throws. `code` is one of the error table, or `network` where no answer came and
 * `answer-unreadable` where it was not what the contract promises; `status` is 0 where no answer came.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;

  constructor(facts: { code: string; message: string; status: number; requestId: string | null; cause?: unknown }) {
    super(facts.message, { cause: facts.cause });
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
  }
}
