import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { CopyButton } from '../copy-button.tsx';
import { join } from '../join.ts';
import { useVirtualRows } from '../use-virtual-rows.ts';
import { findValue, flattenJson, type JsonLine } from './flatten-json.ts';

const LINE_PX = 22;

const COLORS: Record<JsonLine['kind'], string> = {
  object: 'text-ink-3',
  array: 'text-ink-3',
  range: 'text-ink-3',
  text: 'text-ok',
  number: 'text-accent',
  boolean: 'text-warn',
  null: 'text-warn',
};

interface JsonTreeProps {
  readonly root: unknown;
  readonly label: string;
  readonly className?: string;
}

/** JSON of any size: only what is open is looked at, and only what is in the window exists. */
export function JsonTree({ root, label, className }: JsonTreeProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(['']));
  const [active, setActive] = useState(0);
  const lines = useMemo(() => flattenJson(root, open), [root, open]);
  const virtual = useVirtualRows({ frame, count: lines.length, rowPx: LINE_PX });

  function toggle(path: string): void {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const line = lines[active];
    if (event.key === 'ArrowDown') moveTo(Math.min(active + 1, lines.length - 1));
    else if (event.key === 'ArrowUp') moveTo(Math.max(active - 1, 0));
    else if (event.key === 'ArrowRight' && line && isContainer(line) && !line.open) toggle(line.path);
    else if (event.key === 'ArrowLeft' && line?.open) toggle(line.path);
    else if (event.key === 'Enter' && line && isContainer(line)) toggle(line.path);
    else return;
    event.preventDefault();
  }

  function moveTo(index: number): void {
    setActive(index);
    virtual.scrollTo(index);
  }

  return (
    <div
      ref={frame}
      role="tree"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className={join('overflow-auto rounded-lg border bg-surface py-1.5 font-mono text-xs', className)}
    >
      <div role="presentation" className="relative min-w-max" style={{ height: virtual.heightPx }}>
        {virtual.items.map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <Line
                key={line.path}
                line={line}
                active={item.index === active}
                top={item.start}
                root={root}
                onToggle={() => {
                  setActive(item.index);
                  if (isContainer(line)) toggle(line.path);
                }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly line: JsonLine;
  readonly active: boolean;
  readonly top: number;
  readonly root: unknown;
  readonly onToggle: () => void;
}

function Line({ line, active, top, root, onToggle }: LineProps) {
  const container = isContainer(line);
  return (
    <div
      role="treeitem"
      aria-level={line.depth + 1}
      aria-expanded={container ? line.open : undefined}
      aria-selected={active}
      onClick={onToggle}
      className={join(
        'group absolute inset-x-0 top-0 flex h-[22px] items-center gap-1 pr-2 whitespace-nowrap hover:bg-hover',
        container && 'cursor-pointer',
        active && 'bg-hover',
      )}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + line.depth * 16 }}
    >
      <ChevronRight
        aria-hidden
        className={join(
          'size-3 shrink-0 text-ink-3 transition-transform',
          line.open && 'rotate-90',
          !container && 'invisible',
        )}
      />
      {line.name !== '' && <span className="text-ink">{line.name}:</span>}
      <span className={COLORS[line.kind]}>
        {line.kind === 'array' && '[ '}
        {line.kind === 'object' && '{ '}
        {line.summary}
        {line.kind === 'array' && ' ]'}
        {line.kind === 'object' && ' }'}
      </span>
      {line.kind !== 'range' && (
        <span
          className="sticky right-1 ml-auto opacity-0 group-hover:opacity-100"
          onClick={(event) => event.stopPropagation()}
        >
          <CopyButton what="value" text={() => toCopied(findValue(root, line.path))} className="size-5! bg-surface" />
        </span>
      )}
    </div>
  );
}

function toCopied(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
}

function isContainer(line: JsonLine): boolean {
  return line.kind === 'object' || line.kind === 'array' || line.kind === 'range';
}
