import type { KeySummary, RequestSummary } from '@nexus/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { lastUseQuery } from '../../api/key-queries.ts';
import { Question } from '../../ui/question.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useTask } from '../../ui/use-task.ts';
import { formatAgo, formatExact } from '../../words/format-instant.ts';

const CLOCK_MS = 1_000;

interface RevokeQuestionProps {
  readonly keySummary: KeySummary;
  readonly title: string;
  readonly onClose: () => void;
}

/** Revokes a key, once it was said who would be locked out. */
export function RevokeQuestion({ keySummary, title, onClose }: RevokeQuestionProps) {
  const { keyId, name, lastUsedAt } = keySummary;
  const last = useQuery(lastUseQuery(keyId));
  const now = useNow(CLOCK_MS);
  const queries = useQueryClient();
  const revoking = useTask(async () => {
    await api.perform('key.revoke', { keyId });
    await queries.invalidateQueries({ queryKey: ['keys'] });
    onClose();
  });
  return (
    <Question
      title={title}
      words={{
        rest: `Revoke ${name.length > NAME_MAX ? 'it' : name}`,
        running: 'Revoking',
        failed: 'It was not revoked',
      }}
      task={revoking}
      onClose={onClose}
      onYes={() => revoking.run()}
    >
      <p className="text-sm">
        {last.isPending ? 'Looking up who used it last.' : toLastUseWords(lastUsedAt, last.data ?? null, now)}
      </p>
      <p className="text-sm text-ink-2">
        Every gateway refuses <span className="font-medium wrap-anywhere text-ink">{name}</span> within a second, for
        good; there is no way back. What passed with it stays recorded. To keep the key but change its secret, rotate
        it.
      </p>
    </Question>
  );
}

/** A longer name has no room on a button. */
const NAME_MAX = 30;

/** Who came with a key last, in a sentence. */
function toLastUseWords(lastUsedAt: string | null, last: RequestSummary | null, now: number): string {
  const at = lastUsedAt ?? last?.startedAt ?? null;
  if (at === null) return 'It was never used.';
  const who = last?.userId ?? last?.userAgent ?? null;
  const by = who === null ? '' : ` by ${who}`;
  const project = last?.project == null ? '' : `, for ${last.project}`;
  return `It was last used ${formatAgo(at, now)}${by}${project} (${formatExact(at)}).`;
}
