import type { ReactNode } from 'react';

/** Why something that was asked for was not done; told at once to those who do not see it, too. */
export function Problem({ children }: { readonly children: ReactNode }) {
  return (
    <p role="alert" className="text-sm text-bad">
      {children}
    </p>
  );
}
