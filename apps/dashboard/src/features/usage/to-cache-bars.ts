import type { CacheReport } from '../../api/cache-queries.ts';
import type { Bar, Series } from '../../ui/plot/stacked-bars.tsx';
import { toSeriesColor } from '../../ui/plot/series-colors.ts';
import { CACHE_VERDICT_WORDS } from '../../words/cache-words.ts';
import { createStepWords, toTicks } from '../../words/step-words.ts';

/** More words than this run into each other below a plot on a phone. */
const MARKS_MAX = 7;

/** Causes that lost something, dearest first. */
export function listCauses({ verdicts }: Pick<CacheReport, 'verdicts'>): CacheReport['verdicts'] {
  return verdicts.filter(({ lostTokens }) => lostTokens > 0);
}

/** One series a cause. */
export function toCauseSeries(report: Pick<CacheReport, 'verdicts'>): readonly Series[] {
  return listCauses(report).map(({ verdict }, index) => ({
    id: verdict,
    label: CACHE_VERDICT_WORDS[verdict].label,
    color: toSeriesColor(index),
  }));
}

/** One bar a step with the money that each cause lost in it. */
export function toCacheBars(report: Pick<CacheReport, 'steps' | 'rows' | 'verdicts' | 'step' | 'tz'>): readonly Bar[] {
  const causes = listCauses(report);
  const lost = new Map(report.rows.map((row) => [`${row.at} ${row.verdict}`, row.lostNano]));
  const words = report.steps.map(({ at }) => createStepWords(report.step, report.tz)(at));
  const ticks = toTicks(report.step, words, MARKS_MAX);
  return report.steps.map(({ at }, index) => ({
    id: at,
    label: words[index]?.label ?? at,
    tick: ticks[index] ?? '',
    values: causes.map(({ verdict }) => lost.get(`${at} ${verdict}`) ?? 0),
  }));
}
