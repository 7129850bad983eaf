import { Brain, MessageSquareDashed } from 'lucide-react';
import { Fold } from '../fold.tsx';
import { JsonTree } from '../json-tree/json-tree.tsx';
import { countOf } from '../../words/format-count.ts';
import { findNews } from './find-news.ts';
import { MediaView } from './media-view.tsx';
import { TextView } from './text-view.tsx';
import { ToolCallView, ToolResultView } from './tool-call-view.tsx';
import type { Block } from './transcript.ts';

/** One block of a message in the shape that suits it. */
export function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'text':
      return <TextView text={block.text} citations={block.citations} />;
    case 'reminder':
      return <ReminderView text={block.text} />;
    case 'thinking':
      return <ThinkingView block={block} />;
    case 'tool-call':
      return <ToolCallView call={block} renderBlock={renderBlock} />;
    case 'tool-result':
      return <ToolResultView result={block.result} about={`Result of ${block.toolUseId}`} renderBlock={renderBlock} />;
    case 'image':
    case 'document':
      return <MediaView block={block} />;
    case 'link':
      return (
        <p className="flex min-w-0 items-baseline gap-2 text-sm">
          {block.url === null ? (
            <span className="truncate">{block.title}</span>
          ) : (
            <a
              href={block.url}
              target="_blank"
              rel="noreferrer noopener"
              className="truncate text-accent underline underline-offset-2"
            >
              {block.title}
            </a>
          )}
          <span className="shrink-0 text-xs text-ink-3">{block.note}</span>
        </p>
      );
    case 'unknown':
      return (
        <Fold
          className="rounded-md border"
          title={<span className="font-mono text-xs">{block.name}</span>}
          note="shown as JSON"
        >
          {() => <JsonTree root={block.json} label={block.name} className="m-1 max-h-80" />}
        </Fold>
      );
    default:
      return block satisfies never;
  }
}

function renderBlock(block: Block) {
  return <BlockView block={block} />;
}

const THINKING_WORDS = {
  shown: '',
  omitted: 'Claude thought here and sent no text of it.',
  redacted: 'Claude thought here; the text is encrypted and only Claude can read it.',
} as const;

/** What a client told Claude beside what the user wrote; news of its background tasks are said in short. */
function ReminderView({ text }: { readonly text: string }) {
  const news = findNews(text);
  return (
    <Fold
      className="rounded-md border border-dashed"
      title={
        <span className="flex items-center gap-1.5 font-normal">
          <MessageSquareDashed aria-hidden className="size-3.5" /> {news === null ? 'System reminder' : 'News'}
        </span>
      }
      note={news ?? text.slice(0, 120)}
    >
      {() => <pre className="px-3 pb-2.5 font-mono text-xs whitespace-pre-wrap wrap-anywhere text-ink-2">{text}</pre>}
    </Fold>
  );
}

function ThinkingView({ block }: { readonly block: Extract<Block, { type: 'thinking' }> }) {
  const title = (
    <span className="flex items-center gap-1.5 font-normal italic">
      <Brain aria-hidden className="size-3.5" /> Thinking
    </span>
  );
  if (block.state !== 'shown') {
    return (
      <p className="flex items-center gap-3 rounded-md border border-dashed px-3 py-1.5 text-sm text-ink-2">
        {title}
        <span className="text-xs text-ink-3">{THINKING_WORDS[block.state]}</span>
      </p>
    );
  }
  return (
    <Fold
      className="rounded-md border border-dashed"
      title={title}
      note={countOf(block.text.length, 'character')}
      open={block.text.length < 600}
    >
      {() => <div className="px-4 pb-3 text-sm whitespace-pre-wrap wrap-anywhere text-ink-2">{block.text}</div>}
    </Fold>
  );
}
