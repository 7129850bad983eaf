import type { RequestSummary } from '@nexus/contract';
import { type Segment, StackBar } from '../../ui/stack-bar.tsx';
import { formatCount, formatCountShort } from '../../words/format-count.ts';

type Usage = NonNullable<RequestSummary['usage']>;

/** What a request consumed, in the four parts that differ in price. */
export function toUsageSegments(usage: Usage): readonly Segment[] {
  return [
    { label: 'cache read', value: usage.cacheReadTokens, color: 'bg-series-cache-read' },
    {
      label: 'cache write',
      value: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
      color: 'bg-series-cache-write',
    },
    { label: 'input', value: usage.inputTokens, color: 'bg-series-input' },
    { label: 'output', value: usage.outputTokens, color: 'bg-series-output' },
  ];
}

/** Tokens in and out with a bar of where they came from. */
export function UsageCell({ request }: { readonly request: RequestSummary }) {
  const { usage } = request;
  if (usage === null) return null;
  const segments = toUsageSegments(usage);
  const input = segments.reduce((sum, segment) => sum + segment.value, 0) - usage.outputTokens;
  const words = segments.map((segment) => `${segment.label} ${formatCount(segment.value)}`).join(', ');
  return (
    <span className="flex flex-col gap-1" title={`${words}${request.usageEstimated ? ' (estimated)' : ''}`}>
      <span className="flex justify-between text-xs leading-none">
        <span className="text-ink-2">{formatCountShort(input)}</span>
        <span>
          {request.usageEstimated && <span className="text-ink-3">≈ </span>}
          {formatCountShort(usage.outputTokens)}
        </span>
      </span>
      <StackBar segments={segments} className="h-1" />
    </span>
  );
}
