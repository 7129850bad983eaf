import type { ReactNode } from 'react';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

/** A whole place that has nothing to show, and says why and what to do. */
export function Notice({ icon, title, children }: NoticeProps) {
  return (
    <div className="mx-auto flex w-full max-w-xl flex-col items-start gap-3 px-6 py-14">
      <span
        aria-hidden
        className="flex size-10 items-center justify-center rounded-lg border bg-surface text-ink-2 [&_svg]:size-5"
      >
        {icon}
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="flex w-full flex-col items-start gap-3 text-base text-ink-2">{children}</div>
    </div>
  );
}
