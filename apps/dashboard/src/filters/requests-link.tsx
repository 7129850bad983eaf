import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RequestFilters } from '../api/request-filters.ts';
import { PATHS } from '../paths.ts';
import { join } from '../ui/join.ts';

interface RequestsLinkProps {
  /** Null where the list of requests cannot be narrowed to what is meant: then it is plain text. */
  readonly filters: RequestFilters | null;
  /** Many figures side by side are underlined only where one points. */
  readonly isQuiet?: boolean;
  readonly children: ReactNode;
}

/** A figure that leads to the requests it is made of. */
export function RequestsLink({ filters, isQuiet = false, children }: RequestsLinkProps) {
  if (filters === null) return children;
  return (
    <Link
      to={PATHS.requests}
      search={filters}
      className={join(
        'underline-offset-2 hover:decoration-accent',
        isQuiet ? 'hover:underline' : 'underline decoration-line-strong',
      )}
    >
      {children}
    </Link>
  );
}
