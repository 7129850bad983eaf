import { CircleAlert, Cloud, Plug, Wrench } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { Fold } from '../fold.tsx';
import { JsonTree } from '../json-tree/json-tree.tsx';
import { join } from '../join.ts';
import { isRecord } from './json-access.ts';
import type { Block, ToolCall, ToolResult } from './transcript.ts';
import { keyed } from '../keyed.ts';

const RUNS: Record<ToolCall['runs'], { readonly icon: ReactNode; readonly words: string }> = {
  client: { icon: <Wrench aria-hidden />, words: '' },
  claude: { icon: <Cloud aria-hidden />, words: 'ran at Claude' },
  mcp: { icon: <Plug aria-hidden />, words: 'ran at an MCP server' },
};

interface ToolCallViewProps {
  readonly call: ToolCall;
  /** Draws what a result holds besides text. */
  readonly renderBlock: (block: Block) => ReactNode;
}

/** A tool call with its result beneath, so that cause and effect are read together. */
export function ToolCallView({ call, renderBlock }: ToolCallViewProps) {
  const runs = RUNS[call.runs];
  const failed = call.result?.isError === true;
  return (
    <section
      aria-label={`Tool call ${call.name}`}
      className={join('overflow-hidden rounded-md border', failed && 'border-bad/50')}
    >
      <header className="flex min-h-8 items-center gap-2 bg-sunken px-3 text-sm [&_svg]:size-3.5 [&_svg]:shrink-0">
        <span className="text-ink-3">{runs.icon}</span>
        <span className="font-mono text-xs font-semibold">{call.name}</span>
        {runs.words && <span className="text-xs text-ink-3">{runs.words}</span>}
        <span className="ml-auto truncate font-mono text-2xs text-ink-3">{call.id}</span>
      </header>
      <Arguments input={call.input} name={call.name} />
      {call.result === null ? (
        <p className="border-t px-3 py-1.5 text-xs text-ink-3">
          The result is not in this request: it comes with the next.
        </p>
      ) : (
        <ToolResultView result={call.result} about="Result" framed={false} renderBlock={renderBlock} />
      )}
    </section>
  );
}

/** A text argument longer than this reads better by itself than on one line. */
const INLINE_MAX = 80;

/** Short arguments on lines, long ones as text of their own, the rest as a tree. */
function Arguments({ input, name }: { readonly input: unknown; readonly name: string }) {
  if (!isRecord(input))
    return input === undefined ? null : (
      <JsonTree root={input} label={`Arguments of ${name}`} className="m-2 max-h-60" />
    );
  const entries = Object.entries(input);
  if (entries.length === 0) return <p className="px-3 py-1.5 text-xs text-ink-3">No arguments.</p>;
  return (
    <dl className="flex flex-col gap-1.5 px-3 py-2 text-xs">
      {entries.map(([key, value]) => {
        const long = typeof value === 'string' && (value.length > INLINE_MAX || value.includes('\n'));
        return (
          <div key={key} className={join('grid gap-x-3 gap-y-1', !long && 'grid-cols-[8rem_minmax(0,1fr)]')}>
            <dt className="truncate font-mono text-ink-3">{key}</dt>
            <dd className="min-w-0">
              {typeof value === 'object' && value !== null ? (
                <JsonTree root={value} label={key} className="max-h-60" />
              ) : (
                <pre
                  tabIndex={long ? 0 : undefined}
                  className={join(
                    'font-mono whitespace-pre-wrap wrap-anywhere',
                    long && 'max-h-72 overflow-y-auto rounded border bg-surface p-2',
                  )}
                >
                  {String(value)}
                </pre>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface ToolResultViewProps {
  readonly result: ToolResult;
  readonly about: string;
  readonly framed?: boolean;
  readonly renderBlock: ToolCallViewProps['renderBlock'];
}

/** Lines of a result that need no unfolding. */
const OPEN_CHARACTERS = 1_200;

export function ToolResultView({ result, about, framed = true, renderBlock }: ToolResultViewProps) {
  const text = result.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  const title = (
    <span className={join('flex items-center gap-1.5 font-normal', result.isError && 'text-bad')}>
      {result.isError && <CircleAlert aria-hidden className="size-3.5" />}
      {result.isError ? 'Error' : about}
    </span>
  );
  return (
    <Fold
      className={framed ? 'rounded-md border' : 'border-t'}
      title={title}
      note={text.trim().slice(0, 120)}
      open={text.length <= OPEN_CHARACTERS}
    >
      {() => (
        <div className="flex flex-col gap-2 px-3 pb-2.5">
          {keyed(result.blocks).map(({ key, item: block }) =>
            block.type === 'text' ? (
              <pre
                key={key}
                tabIndex={0}
                className={join(
                  'max-h-96 overflow-auto rounded border bg-surface p-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere',
                  result.isError && 'text-bad',
                )}
              >
                {block.text}
              </pre>
            ) : (
              <Fragment key={key}>{renderBlock(block)}</Fragment>
            ),
          )}
          {result.blocks.length === 0 && <p className="text-xs text-ink-3">The result is empty.</p>}
        </div>
      )}
    </Fold>
  );
}
