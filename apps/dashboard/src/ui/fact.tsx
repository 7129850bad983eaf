import type { ReactNode } from 'react';

interface FactProps {
  readonly label: string;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** One labelled fact of a description list. */
export function Fact({ label, title, children }: FactProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5" title={title}>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="min-w-0 truncate text-sm text-ink">{children}</dd>
    </div>
  );
}

/** What there is not: quiet, so that what there is stands out. */
export function None({ children }: { readonly children: string }) {
  return <span className="text-ink-3">{children}</span>;
}
