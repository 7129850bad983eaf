import { SearchX } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

interface NothingMatchesProps {
  /** What is listed, such as `request`. */
  readonly what: string;
  readonly onClear: () => void;
}

/** Stands in a list that has rows, but none under its filters. */
export function NothingMatches({ what, onClear }: NothingMatchesProps) {
  return (
    <Notice icon={<SearchX />} title={`No ${what} matches these filters`}>
      <p>The filters are all in the address, so this view can be kept as a bookmark or sent to somebody.</p>
      <Button onClick={onClear}>Clear filters</Button>
    </Notice>
  );
}
