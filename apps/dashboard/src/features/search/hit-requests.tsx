import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messageRequestsQuery } from '../../api/search-queries.ts';
import { PATHS } from '../../paths.ts';
import { Ago } from '../../ui/ago.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { countOf, formatCount } from '../../words/format-count.ts';
import { toRequestLine } from '../../words/request-line.ts';
import { shortModel } from '../../words/short-model.ts';

/** Every request that carried a message, the first of them first. */
export function HitRequests({ messageId }: { readonly messageId: string }) {
  const { data, error } = useQuery(messageRequestsQuery(messageId));
  if (error !== null) throw error;
  if (data === undefined) return <Skeleton className="mx-4 mb-3 h-16" />;
  const left = data.requestCount - data.requests.length;
  return (
    <div className="mx-4 mb-3 rounded-md border bg-sunken">
      <ul aria-label="Requests that carried this message" className="max-h-64 overflow-y-auto text-sm">
        {data.requests.map((request) => (
          <li key={request.requestId} className="border-t first:border-t-0">
            <Link
              to={PATHS.request}
              params={{ requestId: request.requestId }}
              className="flex h-8 items-center gap-3 px-3 -outline-offset-2 hover:bg-hover"
            >
              <StatusBadge {...request} />
              <span className="min-w-0 grow truncate">{request.preview || toRequestLine(request)}</span>
              <span className="hidden shrink-0 text-xs text-ink-3 sm:inline">{shortModel(request.model ?? '')}</span>
              <span className="shrink-0 text-xs">
                <Ago iso={request.startedAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {(left > 0 || data.isCut) && (
        <p className="border-t px-3 py-1.5 text-xs text-ink-3">
          {left > 0 && `And ${countOf(left, 'later request')}. `}
          {data.isCut && `Only the first ${formatCount(LOOKED_AT)} requests that begin like it were looked at.`}
        </p>
      )}
    </div>
  );
}

/** As the storage follows them. */
const LOOKED_AT = 5_000;
