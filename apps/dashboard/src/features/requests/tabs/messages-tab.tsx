import type { RequestDetail } from '@nexus/contract';
import { CircleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Fold } from '../../../ui/fold.tsx';
import { JsonTree } from '../../../ui/json-tree/json-tree.tsx';
import { countOf } from '../../../words/format-count.ts';
import { BlockView } from '../../../ui/transcript/block-view.tsx';
import { findLastPrompt, toTranscript } from '../../../ui/transcript/to-transcript.ts';
import type { Transcript, Turn } from '../../../ui/transcript/transcript.ts';
import { TurnView } from '../../../ui/transcript/turn-view.tsx';
import { keyed } from '../../../ui/keyed.ts';

/** Messages of history shown by one press. */
const HISTORY_STEP = 40;
/** What is far from the window is not drawn. */
const FAR_TURN = '[contain-intrinsic-size:auto_12rem] [content-visibility:auto]';

/** The conversation as this request knew it, from the last thing a person said; the history before waits above. */
export function MessagesTab({ detail }: { readonly detail: RequestDetail }) {
  const transcript = useMemo(() => toTranscript(detail.requestBody?.json, detail.responseBody?.json), [detail]);
  const [from, setFrom] = useState(() => findLastPrompt(transcript.turns));
  const turns = transcript.turns.slice(from);
  if (transcript.turns.length === 0 && transcript.answer === null && transcript.error === null) {
    return <NoConversation detail={detail} />;
  }
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      <Preamble transcript={transcript} />
      {from > 0 && (
        <div className="flex items-center gap-3">
          <Button onClick={() => setFrom(Math.max(0, from - HISTORY_STEP))}>
            Show {countOf(Math.min(from, HISTORY_STEP), 'earlier message')}
          </Button>
          <span className="text-sm text-ink-3">{countOf(from, 'message')} before the last prompt</span>
        </div>
      )}
      {turns.map((turn) => (
        <TurnView key={turn.index} turn={turn} className={FAR_TURN} />
      ))}
      <Answer transcript={transcript} detail={detail} />
    </div>
  );
}

/** System prompt, tools and parameters: the same for a whole conversation, so they wait folded. */
function Preamble({ transcript }: { readonly transcript: Transcript }) {
  const { system, tools, parameters } = transcript;
  return (
    <div className="flex flex-col">
      {system.length > 0 && (
        <Fold title="System prompt" note={countOf(countCharacters(system), 'character')}>
          {() => (
            <div className="my-1 ml-3 flex flex-col gap-3 border-l pl-4">
              {keyed(system).map(({ key, item }) => (
                <BlockView key={key} block={item} />
              ))}
            </div>
          )}
        </Fold>
      )}
      {tools.length > 0 && (
        <Fold title={`Tools (${tools.length})`} note={tools.map((tool) => tool.name).join(', ')}>
          {() => (
            <div className="my-1 ml-3 flex flex-col border-l pl-2">
              {tools.map((tool) => (
                <Fold
                  key={tool.name}
                  title={<span className="font-mono text-xs">{tool.name}</span>}
                  note={tool.about.split('\n')[0]}
                >
                  {() => (
                    <JsonTree root={tool.json} label={`Declaration of ${tool.name}`} className="my-1 ml-4 max-h-80" />
                  )}
                </Fold>
              ))}
            </div>
          )}
        </Fold>
      )}
      {parameters.length > 0 && (
        <Fold title="Parameters" note={parameters.map(([name]) => name).join(', ')}>
          {() => <JsonTree root={Object.fromEntries(parameters)} label="Parameters" className="my-1 ml-3 max-h-80" />}
        </Fold>
      )}
    </div>
  );
}

function Answer({ transcript, detail }: { readonly transcript: Transcript; readonly detail: RequestDetail }) {
  const { answer, error, incomplete } = transcript;
  return (
    <>
      {answer && <TurnView turn={answer} note={detail.request.stopReason} className={FAR_TURN} />}
      {incomplete && (
        <p className="flex items-center gap-2 rounded-md bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
          <CircleAlert aria-hidden className="size-4 shrink-0" />
          The answer ended too early. What had come by then is above.
        </p>
      )}
      {error && (
        <p className="flex items-start gap-2 rounded-md bg-bad-soft px-3.5 py-2.5 text-sm text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            <span className="font-mono">{error.type}</span> {error.message}
          </span>
        </p>
      )}
      {answer === null && error === null && !incomplete && <p className="text-sm text-ink-3">No answer was kept.</p>}
    </>
  );
}

function NoConversation({ detail }: { readonly detail: RequestDetail }) {
  const absent = detail.request.payload === 'dropped' || detail.request.payload === 'truncated';
  return (
    <p className="rounded-lg border border-dashed px-4 py-8 text-sm text-ink-3">
      {absent
        ? 'The bodies of this request were not kept whole, so there is no conversation to show. The facts above are complete.'
        : 'This request carries no conversation. What passed is under Raw.'}
    </p>
  );
}

function countCharacters(blocks: Turn['blocks']): number {
  return blocks.reduce(
    (sum, block) => sum + (block.type === 'text' || block.type === 'reminder' ? block.text.length : 0),
    0,
  );
}
