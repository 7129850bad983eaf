import { PHASES, type PhaseName, type RequestDetail } from '@nexus/contract';
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

/** Where each phase lies. Names that this version does not know are left out. */
export function layoutTimeline(phases: RequestDetail['phases'], durationMs: number): Timeline {
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
          startUs: Math.min(...theirs.map((phase) => phase.startUs)),
          endUs: Math.max(...theirs.map((phase) => phase.endUs)),
        };
  const totalUs = Math.max(durationMs * 1_000, ...known.map((phase) => phase.endUs));
  return { phases: known, totalUs, claude, oursUs: sumOutside(known, claude) };
}

/** Phases of ours overlap neither each other nor Claude's, but for rounding; what overlaps counts once, as Claude's. */
function sumOutside(phases: readonly TimelinePhase[], claude: Timeline['claude']): number {
  let reachedUs = 0;
  let sumUs = 0;
  for (const phase of phases.filter((candidate) => candidate.owner === 'ours').sort((a, b) => a.startUs - b.startUs)) {
    const startUs = Math.max(phase.startUs, reachedUs);
    if (phase.endUs <= startUs) continue;
    const overlapUs =
      claude === null ? 0 : Math.max(0, Math.min(phase.endUs, claude.endUs) - Math.max(startUs, claude.startUs));
    sumUs += phase.endUs - startUs - overlapUs;
    reachedUs = phase.endUs;
  }
  return sumUs;
}

function ownerOf(name: PhaseName): { readonly owner: 'ours' | 'claude' } {
  return { owner: PHASE_WORDS[name].owner };
}
