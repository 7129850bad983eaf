const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Round values from 0 up to at least `max`, `linesMax` or fewer of them beside 0; whole numbers alone where `isWhole`.
 * The last one is the top of the plot.
 */
export function niceTicks(max: number, { linesMax = 4, isWhole = false } = {}): readonly number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const rough = max / linesMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((factor) => factor * power).find((candidate) => candidate >= rough * (1 - 1e-9)) ?? 10 * power;
  const whole = isWhole ? Math.max(1, Math.ceil(step)) : step;
  const count = Math.max(1, Math.ceil(max / whole - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * whole);
}
