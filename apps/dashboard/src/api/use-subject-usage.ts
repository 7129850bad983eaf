import { useQuery } from '@tanstack/react-query';
import { useNow } from '../ui/use-now.ts';
import { keysQuery, keyUsageQuery } from './key-queries.ts';
import {
  listSubjectKeys,
  minutesQuery,
  type Peaks,
  type Spent,
  spentQuery,
  type Subject,
  toPeaks,
  toSpent,
  toSpentOfKeys,
} from './subject-usage.ts';

const CLOCK_MS = 10_000;

/** What a subject spent in the spans of now; null while it is not known. */
export function useSpent(subject: Subject): Spent | null {
  const now = useNow(CLOCK_MS);
  const ids = useKeyIds(subject);
  const ofKeys = useQuery({ ...keyUsageQuery, enabled: ids !== null }).data;
  const ofAll = useQuery(spentQuery(subject)).data;
  if (ids !== null) return ofKeys === undefined ? null : toSpentOfKeys(ids, ofKeys, now);
  return ofAll === undefined ? null : toSpent(ofAll, now);
}

/** The busiest minute of a subject in the last hour; null while it is not known. */
export function usePeaks(subject: Subject): Peaks | null {
  const ids = useKeyIds(subject);
  const { data } = useQuery(minutesQuery(subject));
  return data === undefined ? null : toPeaks(data, ids);
}

/** The keys that a subject is about; null where it is about no keys. */
function useKeyIds(subject: Subject): ReadonlySet<string> | null {
  const keys = useQuery(keysQuery).data?.keys ?? [];
  if (subject.kind === 'global' || subject.kind === 'domain') return null;
  return new Set(listSubjectKeys(subject, keys).map(({ keyId }) => keyId));
}
