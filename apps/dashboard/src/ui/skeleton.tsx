import { join } from './join.ts';

/** The place of something that is on its way. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={join('animate-breathe rounded bg-hover', className)} />;
}

/** A list on its way. */
export function ListSkeleton({ rows }: { readonly rows: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-px p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-9 items-center gap-4">
          <Skeleton className="h-3.5 w-20" />
          <Skeleton className="h-3.5 w-12" />
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-3.5 grow" />
          <Skeleton className="h-3.5 w-24" />
        </div>
      ))}
    </div>
  );
}

/** A page of figures and plots on its way, so that little moves when they come. */
export function PanelsSkeleton({ tiles }: { readonly tiles: number }) {
  return (
    <div role="status" aria-label="Loading" className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-5 sm:px-6">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {Array.from({ length: tiles }, (_, tile) => (
          <Skeleton key={tile} className="h-28 rounded-lg" />
        ))}
      </div>
      <Skeleton className="h-80 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
    </div>
  );
}
