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
