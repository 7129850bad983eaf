import { join } from '../join.ts';

const WIDTH = 100;
const HEIGHT = 20;

/** The shape of a series in the width of a cell; its figures stand elsewhere, so it is left out for screen readers. */
export function Sparkline({ values, className }: { readonly values: readonly number[]; readonly className?: string }) {
  const top = Math.max(...values, 0);
  const x = (index: number) => (values.length < 2 ? WIDTH : (index / (values.length - 1)) * WIDTH);
  const y = (value: number) => HEIGHT - 1 - (top === 0 ? 0 : (value / top) * (HEIGHT - 2));
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={join('block text-accent', className)}
    >
      <polyline
        points={values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
