import type { RequestSummary } from '@nexus/contract';
import { useEffect, useState } from 'react';
import { useLive, useLiveStore } from '../../api/live/use-live.ts';
import { matchesFilters } from '../../api/matches-filters.ts';
import type { RequestFilters } from '../../api/request-filters.ts';
import { NewsPill } from '../../ui/news-pill.tsx';
import { useNow } from '../../ui/use-now.ts';
import { countOf } from '../../words/format-count.ts';

/** Counting stops here; the button reads "1,000 or more". */
const COUNTED_MAX = 1_000;

interface NewRequestsPillProps {
  readonly filters: RequestFilters;
  readonly newest: RequestSummary | undefined;
  readonly onShow: () => void;
}

/** Says that the list has grown; rows never move by themselves under the reader's eyes. */
export function NewRequestsPill({ filters, newest, onShow }: NewRequestsPillProps) {
  const store = useLiveStore();
  const now = useNow(5_000);
  const [recorded, setRecorded] = useState<readonly RequestSummary[]>([]);
  useEffect(() => store.onRecorded((more) => setRecorded((known) => [...known, ...more].slice(-COUNTED_MAX))), [store]);
  // What ended just before this list was opened may have been on its way to the database while the list was read.
  const before = useLive().state.ended.flatMap((ended) => ended.recorded ?? []);
  const known = new Map([...before, ...recorded].map((request) => [request.requestId, request]));
  // Ids carry their time, so "newer than the first row" is a plain comparison.
  const fresh = [...known.values()].filter(
    (request) =>
      (newest === undefined || request.requestId > newest.requestId) && matchesFilters(request, filters, now),
  );
  if (fresh.length === 0) return null;
  const words =
    fresh.length >= COUNTED_MAX ? `${COUNTED_MAX} or more new requests` : countOf(fresh.length, 'new request');
  return <NewsPill words={words} onShow={onShow} />;
}
