import type { Storage } from '../../storage.ts';
import type { SavedLimit } from './save-limit.ts';

const LIMITS_MAX = 100_000;

/** The limits of all subjects. Small enough to be read whole each second. */
export async function listLimits({ db }: Pick<Storage, 'db'>): Promise<SavedLimit[]> {
  const rows = await db
    .selectFrom('traffic_limit')
    .selectAll()
    .orderBy('subject_kind')
    .orderBy('subject')
    .limit(LIMITS_MAX)
    .execute();
  return rows.map((row) => ({
    subject: { kind: row.subject_kind, subject: row.subject },
    limits: {
      requestsPerMinute: row.requests_per_minute,
      inputTokensPerMinute: row.input_tokens_per_minute,
      outputTokensPerMinute: row.output_tokens_per_minute,
      concurrent: row.concurrent,
    },
    changedAtMs: row.changed_at.getTime(),
  }));
}
