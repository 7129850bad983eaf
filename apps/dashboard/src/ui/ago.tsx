import { formatAgo, formatExact } from '../words/format-instant.ts';
import { useNow } from './use-now.ts';

/** How often "12 s ago" is told anew. */
const CLOCK_MS = 10_000;

/** An instant as the time since; the exact one is its tooltip. */
export function Ago({ iso }: { readonly iso: string }) {
  const now = useNow(CLOCK_MS);
  return (
    <time dateTime={iso} title={formatExact(iso)} className="truncate whitespace-nowrap text-ink-3">
      {formatAgo(iso, now)}
    </time>
  );
}
