import type { RequestDetail } from '@nexus/contract';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { keyed } from '../../../ui/keyed.ts';

/** What both sides said about the bodies. Secrets were masked before anything was kept. */
export function HeadersTab({ detail }: { readonly detail: RequestDetail }) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <HeaderTable title="Request headers" headers={detail.requestHeaders} />
      <HeaderTable title="Response headers" headers={detail.responseHeaders} />
    </div>
  );
}

function HeaderTable({
  title,
  headers,
}: {
  readonly title: string;
  readonly headers: RequestDetail['requestHeaders'];
}) {
  const text = () => headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return (
    <section aria-label={title} className="min-w-0 rounded-lg border bg-surface">
      <div className="flex items-center border-b py-1 pr-1 pl-4">
        <h3 className="font-semibold">{title}</h3>
        <span className="ml-2 text-sm text-ink-3">{headers.length}</span>
        <CopyButton what={title.toLowerCase()} text={text} className="ml-auto" />
      </div>
      {headers.length === 0 ? (
        <p className="px-4 py-6 text-sm text-ink-3">None were kept.</p>
      ) : (
        <dl className="divide-y text-xs">
          {keyed(headers).map(({ key, item: [name, value] }) => (
            <div key={key} className="grid gap-x-4 px-4 py-1.5 sm:grid-cols-[14rem_minmax(0,1fr)]">
              <dt className="font-mono break-all text-ink-3">{name}</dt>
              <dd className="font-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
