import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { setLimitsQuery } from '../../api/limit-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { LimitsDialog, type LimitsStart } from '../../rules/limits-dialog.tsx';
import { LimitsTable } from '../../rules/limits-table.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

/** Whether a limit is one for all processes of a gateway, or one for each. */
const COUNTED = {
  ok: 'Counted together by all processes, through Redis.',
  away: 'Redis is away: limits are counted in this process only, or nobody with a limit is let through (NEXUS_LIMITS_FAIL).',
  off: 'Limits are counted in this process only. With REDIS_URL, several processes count together.',
} as const;

interface SetLimitsProps {
  /** Whether new ones are being set, which the address says. */
  readonly isNew: boolean;
  readonly onNew: (isNew: boolean) => void;
}

/** Limits that somebody set here, beside those of Claude. */
export function SetLimits({ isNew, onNew }: SetLimitsProps) {
  const { data, error } = useQuery(setLimitsQuery);
  const [edited, setEdited] = useState<LimitsStart | null>(null);
  const may = useMay('limit.set');
  const change = ({ subjectKind: kind, subject, limits }: NonNullable<typeof data>['limits'][number]) =>
    setEdited({ kind, subject, limits });
  return (
    <section aria-label="Limits set here" className="rounded-lg border bg-surface">
      <div className="flex min-h-12 items-center gap-3 px-4 py-2">
        <h2 className="text-sm font-semibold">Limits set here</h2>
        {may && (
          <Button icon={<Plus aria-hidden />} className="ml-auto" onClick={() => onNew(true)}>
            Set limits
          </Button>
        )}
      </div>
      {error !== null && <p className="px-4 pb-4 text-sm text-bad">{error.message}</p>}
      {error === null && data === undefined && <Skeleton className="m-4 h-12" />}
      {data?.limits.length === 0 && (
        <p className="px-4 pb-4 text-sm text-ink-2">
          Nobody is limited here: neither a key, an owner of keys, a project, a domain, nor all together. Limits bound
          requests and tokens a minute, and exchanges at once.
        </p>
      )}
      {data !== undefined && data.limits.length > 0 && (
        <>
          <LimitsTable limits={data.limits} onChange={may ? change : undefined} />
          {data.redis !== null && <p className="border-t px-4 py-2.5 text-xs text-ink-2">{COUNTED[data.redis]}</p>}
        </>
      )}
      {isNew && <LimitsDialog start={{ kind: 'global', subject: '*' }} onClose={() => onNew(false)} />}
      {edited !== null && <LimitsDialog start={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}
