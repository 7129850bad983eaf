/** Backgrounds of series in their order, told apart in both themes and by those who see fewer colours. */
const COLORS = [
  'bg-plot-1',
  'bg-plot-2',
  'bg-plot-3',
  'bg-plot-4',
  'bg-plot-5',
  'bg-plot-6',
  'bg-plot-7',
  'bg-plot-8',
] as const;

/** The background of what is left over. */
export const REST_COLOR = 'bg-plot-rest';

export function toSeriesColor(index: number): string {
  return COLORS[index] ?? REST_COLOR;
}
