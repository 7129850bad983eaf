import type { Outcome } from '@nexus/core';

/** The colours of a state, the same everywhere: fine, worth a look, wrong, still going, or without judgement. */
export type Tone = 'ok' | 'warn' | 'bad' | 'live' | 'plain';

interface OutcomeWords {
  readonly label: string;
  readonly tone: Tone;
  /** What happened, in a sentence for the request page. */
  readonly about: string;
}

/** How each outcome reads on screen; a new outcome does not compile until it has its words. */
export const OUTCOME_WORDS: Record<Outcome, OutcomeWords> = {
  completed: { label: 'Completed', tone: 'ok', about: 'Claude answered, and the answer ended as it should.' },
  refused: { label: 'Refused', tone: 'warn', about: 'Claude Nexus answered itself; nothing was sent to Claude.' },
  'upstream-error': {
    label: 'Error from Claude',
    tone: 'bad',
    about: 'Claude answered with an error, which the caller got unchanged.',
  },
  'stream-error': {
    label: 'Error in stream',
    tone: 'bad',
    about: 'The answer began well, then Claude sent an error event.',
  },
  cut: { label: 'Cut', tone: 'bad', about: 'The answer of Claude ended before its last event.' },
  failed: { label: 'Failed', tone: 'bad', about: 'Claude could not be reached, or sent no byte in time.' },
  'timed-out': { label: 'Timed out', tone: 'bad', about: 'Claude went silent, or the whole exchange took too long.' },
  aborted: { label: 'Aborted', tone: 'warn', about: 'The caller left before the end. What was seen is here.' },
  interrupted: {
    label: 'Interrupted',
    tone: 'warn',
    about: 'The gateway stopped while this was in flight. What had been kept is here.',
  },
};
