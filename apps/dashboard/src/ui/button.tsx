import type { ComponentProps, ReactNode } from 'react';
import { join } from './join.ts';

const LOOKS = {
  solid: 'bg-accent-solid text-white hover:brightness-110 border-transparent',
  outline: 'bg-surface text-ink hover:bg-hover border-line-strong',
  quiet: 'bg-transparent text-ink-2 hover:bg-hover hover:text-ink border-transparent',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS;
  readonly icon?: ReactNode;
}

export function Button({ look = 'outline', icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={join(
        'inline-flex h-8 items-center justify-center gap-1.5 rounded-md border px-2.5 text-sm font-medium whitespace-nowrap',
        'transition-colors disabled:pointer-events-none disabled:opacity-45 [&_svg]:size-4 [&_svg]:shrink-0',
        LOOKS[look],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does, for those who cannot see the picture, and as its tooltip. */
  readonly label: string;
}

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={join(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors',
        'hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40 [&_svg]:size-4',
        className,
      )}
    >
      {children}
    </button>
  );
}
