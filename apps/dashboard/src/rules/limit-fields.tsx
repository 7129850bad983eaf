import type { Peaks } from '../api/subject-usage.ts';
import { TextField } from '../ui/field.tsx';
import { formatCount } from '../words/format-count.ts';
import type { LimitFigures } from '../words/rule-words.ts';
import { type LimitName, type LimitTexts, LIMIT_NAMES } from './read-limits.ts';
import type { Problems } from './to-problems.ts';

interface LimitFieldsProps {
  readonly texts: LimitTexts;
  readonly problems: Problems;
  /** The busiest minute so far; null where it is not known, or nobody is meant yet. */
  readonly peaks: Peaks | null;
  readonly isFocused?: boolean;
  readonly onTexts: (texts: LimitTexts) => void;
}

const LABELS: Record<LimitName, string> = {
  requestsPerMinute: 'Requests a minute',
  inputTokensPerMinute: 'Input tokens a minute',
  outputTokensPerMinute: 'Output tokens a minute',
  concurrent: 'Exchanges at once',
};

/** What of each figure the busiest minute tells; nothing of what is in flight at once. */
const PEAKS: Record<keyof LimitFigures, ((peaks: Peaks) => number) | null> = {
  requestsPerMinute: (peaks) => peaks.requests,
  inputTokensPerMinute: (peaks) => peaks.inputTokens,
  outputTokensPerMinute: (peaks) => peaks.outputTokens,
  concurrent: null,
};

/** The four figures of a limit, each beside what there was of it lately. */
export function LimitFields({ texts, problems, peaks, isFocused = false, onTexts }: LimitFieldsProps) {
  return (
    <div className="flex flex-col gap-1">
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
        {LIMIT_NAMES.map((name, place) => {
          const peak = peaks === null ? undefined : PEAKS[name]?.(peaks);
          return (
            <TextField
              key={name}
              autoFocus={isFocused && place === 0}
              label={LABELS[name]}
              inputMode="numeric"
              placeholder="no limit"
              value={texts[name]}
              problem={problems[name]}
              hint={peak === undefined ? undefined : `Busiest minute of the last hour: ${formatCount(peak)}`}
              onText={(text) => onTexts({ ...texts, [name]: text })}
            />
          );
        })}
      </div>
      <p className="text-xs text-ink-3">Input that is read from the cache does not count, as it does not at Claude.</p>
    </div>
  );
}
