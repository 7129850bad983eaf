import { FileText, Image } from 'lucide-react';
import { Fold } from '../fold.tsx';
import { formatBytes } from '../../words/format-bytes.ts';
import type { Block, MediaSource } from './transcript.ts';

/** Kinds of pictures that Claude takes. Anything else (SVG can carry scripts) is named and not drawn. */
const DRAWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

type MediaBlock = Extract<Block, { type: 'image' | 'document' }>;

/** A picture or a document of a message; nothing is fetched from anywhere. */
export function MediaView({ block }: { readonly block: MediaBlock }) {
  const { source } = block;
  const title = block.type === 'document' ? (block.title ?? 'Document') : 'Image';
  if (source.type === 'inline' && DRAWN.has(source.mediaType)) {
    return (
      <figure className="flex flex-col items-start gap-1">
        <img
          src={`data:${source.mediaType};base64,${source.base64}`}
          alt={`Attached to the message, ${source.mediaType}`}
          className="max-h-96 max-w-full rounded-md border bg-sunken object-contain"
        />
        <figcaption className="text-xs text-ink-3">{describe(source)}</figcaption>
      </figure>
    );
  }
  if (source.type === 'text') {
    return (
      <Fold className="rounded-md border" title={title} note={describe(source)}>
        {() => (
          <pre className="max-h-96 overflow-auto px-3 pb-2.5 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
            {source.text}
          </pre>
        )}
      </Fold>
    );
  }
  return (
    <div className="flex items-center gap-2.5 rounded-md border px-3 py-2 text-sm">
      {block.type === 'image' ? (
        <Image aria-hidden className="size-4 text-ink-3" />
      ) : (
        <FileText aria-hidden className="size-4 text-ink-3" />
      )}
      <span className="font-medium">{title}</span>
      <span className="truncate text-xs text-ink-3">{describe(source)}</span>
      {source.type === 'inline' && (
        <button
          type="button"
          className="ml-auto text-sm font-medium text-accent hover:underline"
          onClick={() => save(source, title)}
        >
          Save
        </button>
      )}
    </div>
  );
}

function describe(source: MediaSource): string {
  if (source.type === 'inline')
    return `${source.mediaType}, ${formatBytes(Math.floor((source.base64.length * 3) / 4))}`;
  if (source.type === 'text') return `text, ${source.text.length.toLocaleString('en-GB')} characters`;
  return `at ${source.where}`;
}

/** As a download, so that what a caller sent never runs as a page of ours. */
function save(source: Extract<MediaSource, { type: 'inline' }>, title: string): void {
  const bytes = Uint8Array.from(atob(source.base64), (character) => character.codePointAt(0) ?? 0);
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${title.replaceAll(/[^\w.-]+/g, '-')}.${source.mediaType.split('/')[1] ?? 'bin'}`;
  link.click();
  URL.revokeObjectURL(address);
}
