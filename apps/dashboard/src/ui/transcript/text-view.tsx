import { lazy, Suspense, useState } from 'react';
import type { Citation } from './transcript.ts';
import { keyed } from '../keyed.ts';

const Markdown = lazy(() => import('./markdown.tsx').then((module) => ({ default: module.Markdown })));

/** A longer text is cut until somebody wants it whole: a pasted file of a megabyte would stop the page. */
const TEXT_MAX = 6_000;
/** Beyond this, text is shown as it is: reading its marks would take longer than reading it. */
const MARKDOWN_MAX = 60_000;

/** What was said, with its marks drawn and its sources named. */
export function TextView({ text, citations }: { readonly text: string; readonly citations: readonly Citation[] }) {
  const [whole, setWhole] = useState(text.length <= TEXT_MAX * 1.3);
  const shown = whole ? text : `${text.slice(0, TEXT_MAX)} …`;
  return (
    <div className="flex min-w-0 flex-col items-start gap-2">
      {shown.length > MARKDOWN_MAX ? (
        <PlainText text={shown} />
      ) : (
        <Suspense fallback={<PlainText text={shown} />}>
          <Markdown text={shown} />
        </Suspense>
      )}
      {!whole && (
        <button
          type="button"
          className="text-sm font-medium text-accent hover:underline"
          onClick={() => setWhole(true)}
        >
          Show all {text.length.toLocaleString('en-GB')} characters
        </button>
      )}
      {citations.length > 0 && (
        <ol aria-label="Sources" className="flex flex-wrap gap-1.5">
          {keyed(citations).map(({ key, item: citation }) => (
            <li
              key={key}
              title={citation.citedText}
              className="max-w-80 truncate rounded border bg-sunken px-1.5 text-xs text-ink-2"
            >
              {citation.url === null ? (
                citation.title
              ) : (
                <a
                  href={citation.url}
                  target="_blank"
                  rel="noreferrer noopener"
                  className="hover:text-accent hover:underline"
                >
                  {citation.title}
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function PlainText({ text }: { readonly text: string }) {
  return <div className="max-w-full whitespace-pre-wrap wrap-anywhere">{text}</div>;
}
