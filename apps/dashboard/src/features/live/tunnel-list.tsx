import type { TunnelSummary } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { tunnelsQuery } from '../../api/tunnel-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatBytes } from '../../words/format-bytes.ts';
import { countOf } from '../../words/format-count.ts';
import { formatAgo, formatExact } from '../../words/format-instant.ts';

/** How many rows a glance takes. */
const SHOWN_MAX = 20;

/** What passes through the forward proxy unseen: whose, where to, how much. Nothing where there is none. */
export function TunnelList() {
  const { data } = useQuery(tunnelsQuery);
  const now = useNow(1_000, (data?.openCount ?? 0) > 0);
  if (data === undefined || data.openCount === 0) return null;
  const shown = data.tunnels.slice(0, SHOWN_MAX);
  const beyond = data.openCount - shown.length;
  return (
    <section aria-labelledby="tunnels-title" className="flex flex-col gap-2 px-4 pb-5 sm:px-6">
      <div className="flex h-8 items-center gap-3">
        <h2 id="tunnels-title" className="font-semibold">
          Tunnels
        </h2>
        <span className="text-sm text-ink-3">{data.openCount}</span>
        <span className="truncate text-sm text-ink-3">pass unseen through the forward proxy of this process</span>
      </div>
      <ul className="overflow-hidden rounded-lg border bg-surface text-sm">
        {shown.map((tunnel) => (
          <TunnelRow key={tunnel.tunnelId} tunnel={tunnel} now={now} />
        ))}
      </ul>
      {beyond > 0 && <p className="text-sm text-ink-3">and {countOf(beyond, 'older tunnel')}</p>}
    </section>
  );
}

function TunnelRow({ tunnel, now }: { readonly tunnel: TunnelSummary; readonly now: number }) {
  const { target, keyId, clientAddress, startedAt, state, bytesUp, bytesDown } = tunnel;
  const names = useNames();
  const who = keyId === null ? clientAddress : (names.get(keyId) ?? keyId);
  return (
    <li className="grid h-10 grid-cols-[minmax(0,1fr)_6rem_4rem] items-center gap-x-3 border-b px-3 last:border-b-0 md:grid-cols-[minmax(0,1fr)_minmax(0,12rem)_6rem_6rem_5rem]">
      <span className="truncate font-medium" title={target}>
        {target}
      </span>
      <span className="truncate text-ink-2 max-md:hidden" title={`from ${clientAddress}`}>
        {who}
      </span>
      {state === 'connecting' ? (
        <span className="text-right text-ink-3 md:col-span-2">connecting</span>
      ) : (
        <>
          <span className="text-right text-ink-2 max-md:hidden" title="Towards the host">
            ↑ {formatBytes(bytesUp)}
          </span>
          <span className="text-right" title="Back from the host">
            ↓ {formatBytes(bytesDown)}
          </span>
        </>
      )}
      <span className="text-right text-ink-3" title={formatExact(startedAt)}>
        {formatAgo(startedAt, now)}
      </span>
    </li>
  );
}
