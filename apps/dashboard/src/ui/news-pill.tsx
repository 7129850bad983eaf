import { ArrowUp } from 'lucide-react';

/** Says that a list has grown; rows never move by themselves under the reader's eyes. */
export function NewsPill({ words, onShow }: { readonly words: string; readonly onShow: () => void }) {
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-24 z-20 flex justify-center">
      <button
        type="button"
        onClick={onShow}
        className="pointer-events-auto flex h-8 items-center gap-1.5 rounded-full bg-accent-solid px-3.5 text-sm font-medium text-white shadow-float transition hover:brightness-110"
      >
        <ArrowUp aria-hidden className="size-3.5" />
        {words}
      </button>
    </div>
  );
}
