import { join } from './join.ts';

export interface Segment {
  readonly label: string;
  readonly value: number;
  /** A background class of the theme. */
  readonly color: string;
}

interface StackBarProps {
  readonly segments: readonly Segment[];
  /** What the full width stands for; the sum of the segments unless given. */
  readonly of?: number;
  readonly className?: string;
}

/** Parts of a whole in one bar. The numbers stand beside it in words, so it is left out for screen readers. */
export function StackBar({ segments, of, className }: StackBarProps) {
  const whole = of ?? segments.reduce((sum, segment) => sum + segment.value, 0);
  return (
    <span aria-hidden className={join('flex h-1.5 gap-px overflow-hidden rounded-full bg-sunken', className)}>
      {segments
        .filter((segment) => segment.value > 0 && whole > 0)
        .map((segment) => (
          <span
            key={segment.label}
            className={join('min-w-[2px]', segment.color)}
            style={{ width: `${(segment.value / whole) * 100}%` }}
          />
        ))}
    </span>
  );
}
