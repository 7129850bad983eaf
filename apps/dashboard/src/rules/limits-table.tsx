import type { LimitSummary } from '@nexus/contract';
import { Pencil } from 'lucide-react';
import { useNames } from '../api/use-names.ts';
import { IconButton } from '../ui/button.tsx';
import { formatCount } from '../words/format-count.ts';
import { toSubjectWords } from '../words/limit-words.ts';

const COLUMNS: readonly { readonly label: string; readonly of: (limits: LimitSummary['limits']) => number | null }[] = [
  { label: 'Requests a minute', of: (limits) => limits.requestsPerMinute },
  { label: 'Input tokens a minute', of: (limits) => limits.inputTokensPerMinute },
  { label: 'Output tokens a minute', of: (limits) => limits.outputTokensPerMinute },
  { label: 'At once', of: (limits) => limits.concurrent },
];

interface LimitsTableProps {
  readonly limits: readonly LimitSummary[];
  /** Absent where the reader may change nothing. */
  readonly onChange?: ((limit: LimitSummary) => void) | undefined;
}

/** Limits by whom they are about. */
export function LimitsTable({ limits, onChange }: LimitsTableProps) {
  const names = useNames();
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of limits">
      <table className="w-full text-right text-sm">
        <thead className="text-xs text-ink-3">
          <tr className="border-t">
            <th scope="col" className="py-2 pr-3 pl-4 text-left font-normal">
              Whose
            </th>
            {COLUMNS.map(({ label }) => (
              <th key={label} scope="col" className="px-3 py-2 font-normal">
                {label}
              </th>
            ))}
            <td className="w-12" />
          </tr>
        </thead>
        <tbody>
          {limits.map((limit) => {
            const name = toSubjectWords(limit, names);
            return (
              <tr key={`${limit.subjectKind} ${limit.subject}`} className="border-t hover:bg-hover">
                <th
                  scope="row"
                  className="max-w-64 truncate py-2 pr-3 pl-4 text-left font-medium"
                  title={limit.subject}
                >
                  {name}
                </th>
                {COLUMNS.map(({ label, of }) => (
                  <td key={label} className="px-3 py-2">
                    {toFigure(of(limit.limits))}
                  </td>
                ))}
                <td className="pr-3 text-right">
                  {onChange !== undefined && (
                    <IconButton
                      label={`Change the limits: ${name}`}
                      className="size-7!"
                      onClick={() => onChange(limit)}
                    >
                      <Pencil aria-hidden />
                    </IconButton>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function toFigure(limit: number | null): string {
  return limit === null ? '–' : formatCount(limit);
}
