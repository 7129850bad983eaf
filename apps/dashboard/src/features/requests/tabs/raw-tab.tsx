import type { RequestDetail } from '@nexus/contract';
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../../../api/client.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Fold } from '../../../ui/fold.tsx';
import { JsonTree } from '../../../ui/json-tree/json-tree.tsx';
import { formatBytes } from '../../../words/format-bytes.ts';
import { formatCount } from '../../../words/format-count.ts';

type Part = 'request' | 'response';
type BodyView = NonNullable<RequestDetail['requestBody']>;

/** Both bodies as they passed: as a tree, as text, and byte for byte to take away. */
export function RawTab({ detail }: { readonly detail: RequestDetail }) {
  return (
    <div className="flex flex-col gap-6">
      <RawBody part="request" title="Request body" body={detail.requestBody} detail={detail} />
      <RawBody part="response" title="Response body" body={detail.responseBody} detail={detail} />
    </div>
  );
}

interface RawBodyProps {
  readonly part: Part;
  readonly title: string;
  readonly body: BodyView | null;
  readonly detail: RequestDetail;
}

function RawBody({ part, title, body, detail }: RawBodyProps) {
  const { requestId } = detail.request;
  if (body === null) {
    return (
      <Section title={title}>
        <p className="rounded-lg border border-dashed px-4 py-6 text-sm text-ink-3">
          {ABSENCE[detail.request.payload]}
        </p>
      </Section>
    );
  }
  const href = api.url('request.raw', { requestId, part });
  return (
    <Section
      title={title}
      note={[formatBytes(body.bytes), body.mediaType, body.encoding && `${body.encoding}-encoded`]
        .filter(Boolean)
        .join(' · ')}
      actions={
        <>
          <CopyButton what={title.toLowerCase()} label="Copy" text={() => readText(body)} />
          <a
            href={href}
            download={`${requestId}-${part}.${toExtension(body)}`}
            className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm font-medium hover:bg-hover"
          >
            <Download aria-hidden className="size-4" />
            Download the bytes
          </a>
        </>
      }
    >
      {body.json !== undefined && <JsonTree root={body.json} label={`${title} as a tree`} className="max-h-[32rem]" />}
      {body.text !== undefined && (
        <Fold title={body.json === undefined ? 'Text' : 'The stream as text'} open={body.json === undefined}>
          {() => <LongText text={body.text ?? ''} />}
        </Fold>
      )}
      <p className="truncate font-mono text-xs text-ink-3" title="SHA-256 of the bytes as they passed">
        sha256 {body.sha256}
      </p>
    </Section>
  );
}

const ABSENCE: Record<RequestDetail['request']['payload'], string> = {
  stored: 'This side had no body.',
  truncated: 'The body was larger than what is kept.',
  dropped: 'The body was given up under pressure, so that the facts could be kept.',
  none: 'There was no body.',
};

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <h3 className="font-semibold">{title}</h3>
        {note && <span className="text-sm text-ink-3">{note}</span>}
        <span className="ml-auto flex gap-2">{actions}</span>
      </div>
      {children}
    </section>
  );
}

/** Characters of text drawn at a time; a page of megabytes in one element stops the browser. */
const TEXT_STEP = 100_000;

function LongText({ text }: { readonly text: string }) {
  const [shown, setShown] = useState(TEXT_STEP);
  const left = text.length - shown;
  return (
    <div className="overflow-hidden rounded-lg border bg-surface">
      <pre
        tabIndex={0}
        aria-label="Text"
        className="max-h-[36rem] overflow-auto p-3 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {text.slice(0, shown)}
      </pre>
      {left > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + TEXT_STEP)}
          className="w-full border-t py-2 text-sm text-accent hover:bg-hover"
        >
          Show more, {formatCount(left)} characters are left
        </button>
      )}
    </div>
  );
}

function readText(body: BodyView): string {
  return body.text ?? JSON.stringify(body.json, null, 2);
}

function toExtension(body: BodyView): string {
  const base = body.json !== undefined && body.text === undefined ? 'json' : 'txt';
  const suffix: Readonly<Record<string, string>> = { gzip: '.gz', br: '.br', zstd: '.zst' };
  return base + (suffix[body.encoding ?? ''] ?? '');
}
