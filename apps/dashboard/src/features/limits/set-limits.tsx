import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { setLimitsQuery } from '../../api/limit-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { LimitsDialog, type LimitsStart } from '../../rules/limits-dialog.tsx';
import { LimitsTable } from '../../rules/limits-table.tsx';
import { RulesSection } from './rules-section.tsx';

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

const NOTHING =
  'Nobody is limited here: neither a key, an owner of keys, a project, a domain, nor all together. Limits bound requests and tokens a minute, and exchanges at once.';

/** Limits that somebody set here, beside those of Claude. */
export function SetLimits({ isNew, onNew }: SetLimitsProps) {
  const { data, error } = useQuery(setLimitsQuery);
  const [edited, setEdited] = useState<LimitsStart | null>(null);
  const may = useMay('limit.set');
  const change = ({ subjectKind: kind, subject, limits }: NonNullable<typeof data>['limits'][number]) =>
    setEdited({ kind, subject, limits });
  return (
    <RulesSection
      title="Limits set here"
      newWords="Set limits"
      onNew={may ? () => onNew(true) : undefined}
      error={error}
      count={data?.limits.length}
      nothing={NOTHING}
    >
      {data !== undefined && data.limits.length > 0 && (
        <>
          <LimitsTable limits={data.limits} onChange={may ? change : undefined} />
          {data.redis !== null && <p className="border-t px-4 py-2.5 text-xs text-ink-2">{COUNTED[data.redis]}</p>}
        </>
      )}
      {isNew && <LimitsDialog start={{ kind: 'global', subject: '*' }} onClose={() => onNew(false)} />}
      {edited !== null && <LimitsDialog start={edited} onClose={() => setEdited(null)} />}
    </RulesSection>
  );
}
