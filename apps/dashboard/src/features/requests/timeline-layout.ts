import { PHASES, type PhaseName, type RequestDetail, type RequestSummary } from '@nexus/contract';
import { PHASE_WORDS } from '../../words/phase-words.ts';

export interface TimelinePhase {
  readonly name: PhaseName;
  readonly startUs: number;
  readonly endUs: number;
  readonly owner: 'ours' | 'claude';
}

/** One request's time, told apart by whose it is. Microseconds since the exchange began. */
export interface Timeline {
  /** Phases that happened, in order; a refused exchange has fewer than nine. */
  readonly phases: readonly TimelinePhase[];
  readonly totalUs: number;
  /** From the first byte sent to Claude to the last of the answer; null where nothing was sent. */
  readonly claude: { readonly startUs: number; readonly endUs: number } | null;
  /** Time of the exchange that was not Claude's: what the caller paid for going through us. */
  readonly oursUs: number;
}

/**
 * Where each phase lies. Names that this version does not know are left out. Where several accounts were asked, the phases
 * are those of the last: what the others took is time of Claude's too, from the first of them on.
 */
export function layoutTimeline(
  phases: RequestDetail['phases'],
  durationMs: number,
  attempts: RequestDetail['attempts'] = [],
): Timeline {
  const known = PHASES.flatMap((name) => {
    const phase = phases.find((candidate) => candidate.name === name);
    return phase
      ? [{ name, startUs: phase.startUs, endUs: Math.max(phase.startUs, phase.endUs), ...ownerOf(name) }]
      : [];
  });
  const theirs = known.filter((phase) => phase.owner === 'claude');
  const claude =
    theirs.length === 0
      ? null
      : {
          startUs: Math.min(...theirs.map((phase) => phase.startUs), toFirstAttemptUs(known, attempts)),
          endUs: Math.max(...theirs.map((phase) => phase.endUs)),
        };
  // The duration is whole milliseconds, coarser than our share: it only serves where no phase was kept.
  const totalUs = known.length === 0 ? durationMs * 1_000 : Math.max(...known.map((phase) => phase.endUs));
  return { phases: known, totalUs, claude, oursUs: totalUs - (claude === null ? 0 : claude.endUs - claude.startUs) };
}

/** Attempts are kept in whole milliseconds: the first may lie before the phase that came before it. */
function toFirstAttemptUs(known: readonly TimelinePhase[], attempts: RequestDetail['attempts']): number {
  const [first] = attempts;
  if (first === undefined) return Infinity;
  const admittedUs = known.find((phase) => phase.name === 'limit')?.endUs ?? 0;
  return Math.max(first.startMs * 1_000, admittedUs);
}

export type TimelinePartName =
  | 'before Claude'
  | 'waiting for the first byte'
  | 'waiting for the first token'
  | 'answer'
  | 'after the answer';

export interface TimelinePart {
  readonly name: TimelinePartName;
  readonly startUs: number;
  readonly endUs: number;
}

/** The whole of a request cut at its first byte and first token, without gaps; parts that did not happen have no length. */
export function cutTimeline(
  { claude, totalUs }: Pick<Timeline, 'claude' | 'totalUs'>,
  {
    firstByteMs,
    firstTokenMs,
    stream,
    status,
  }: Pick<RequestSummary, 'firstByteMs' | 'firstTokenMs' | 'stream' | 'status'>,
): readonly TimelinePart[] {
  const { startUs, endUs } = claude ?? { startUs: 0, endUs: 0 };
  // Whole milliseconds may lie before or behind the microseconds of the phases.
  const within = (us: number, fromUs: number): number => Math.min(Math.max(us, fromUs), endUs);
  const firstByteUs = firstByteMs === null ? endUs : within(firstByteMs * 1_000, startUs);
  // An error, or an answer that is no stream, has no first token to wait for.
  const neverCameUs = stream && (status ?? 0) < 400 ? endUs : firstByteUs;
  const firstTokenUs = firstTokenMs === null ? neverCameUs : within(firstTokenMs * 1_000, firstByteUs);
  return [
    { name: 'before Claude', startUs: 0, endUs: startUs },
    { name: 'waiting for the first byte', startUs, endUs: firstByteUs },
    { name: 'waiting for the first token', startUs: firstByteUs, endUs: firstTokenUs },
    { name: 'answer', startUs: firstTokenUs, endUs },
    { name: 'after the answer', startUs: endUs, endUs: totalUs },
  ];
}

function ownerOf(name: PhaseName): { readonly owner: 'ours' | 'claude' } {
  return { owner: PHASE_WORDS[name].owner };
}
