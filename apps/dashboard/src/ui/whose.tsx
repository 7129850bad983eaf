import { shortProject } from '../words/short-project.ts';

interface WhoseProps {
  readonly who: string | null;
  readonly project: string | null;
  /** Others beside the one who is named. */
  readonly moreCount?: number;
  /** Words where neither is known. */
  readonly none: string;
}

/** Who it was and what for, in the width of a cell. */
export function Whose({ who, project, moreCount = 0, none }: WhoseProps) {
  const short = project === null ? null : shortProject(project);
  return (
    <span className="block truncate" title={[who, project].filter(Boolean).join(', ')}>
      {who}
      {moreCount > 0 && <span className="text-ink-3"> +{moreCount}</span>}
      {who !== null && short !== null && <span className="text-ink-3">, </span>}
      {short !== null && <span className="text-ink-2">{short}</span>}
      {who === null && short === null && <span className="text-ink-3">{none}</span>}
    </span>
  );
}
