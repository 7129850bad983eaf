import type { TreeNode } from '@nexus/contract';
import { join } from '../../../ui/join.ts';
import type { Bend, LaneRow } from './lay-out-lanes.ts';
import type { LaneNode } from './order-turns.ts';

export const ROW_PX = 32;
const LANE_PX = 14;
const MIDDLE = ROW_PX / 2;

/** A lane's colour, as a line and as a dot. */
const LOOKS = [
  { line: 'stroke-accent', dot: 'fill-accent' },
  { line: 'stroke-series-output', dot: 'fill-series-output' },
  { line: 'stroke-series-cache-write', dot: 'fill-series-cache-write' },
  { line: 'stroke-ok', dot: 'fill-ok' },
  { line: 'stroke-warn', dot: 'fill-warn' },
] as const;

interface LaneGraphProps {
  readonly row: LaneRow<LaneNode & Pick<TreeNode, 'outcome'>>;
  readonly laneCount: number;
}

/** The lines and the dot of one row; drawn one under the other the rows make the tree. */
export function LaneGraph({ row, laneCount }: LaneGraphProps) {
  const x = toX(row.lane);
  return (
    <svg aria-hidden width={toGraphPx(laneCount)} height={ROW_PX} className="shrink-0 fill-none" strokeWidth={2}>
      {row.through.map((lane) => (
        <path key={lane} d={`M${toX(lane)} 0V${ROW_PX}`} className={toLook(lane).line} />
      ))}
      {row.ends.map((lane) => (
        <path key={lane} d={`M${toX(lane)} 0V${MIDDLE}`} className={toLook(lane).line} />
      ))}
      {row.comes && <path d={`M${x} 0V${MIDDLE}`} className={toLook(row.lane).line} />}
      {row.goes && <path d={`M${x} ${MIDDLE}V${ROW_PX}`} className={toLook(row.lane).line} />}
      {row.bends.map((bend) => (
        <path
          key={bend.toLane}
          d={toCurve(bend)}
          strokeDasharray={bend.relation === 'compacts' ? '3 3' : undefined}
          className={toLook(bend.toLane).line}
        />
      ))}
      <Dot row={row} />
    </svg>
  );
}

function Dot({ row }: Pick<LaneGraphProps, 'row'>) {
  const { node } = row;
  const x = toX(row.lane);
  const look = toLook(row.lane);
  const failed = node.outcome !== 'completed' && node.outcome !== 'aborted';
  if (node.relation === 'retries') {
    return <circle cx={x} cy={MIDDLE} r={3.5} className={join('fill-surface', failed ? 'stroke-bad' : look.line)} />;
  }
  const fill = failed ? 'fill-bad' : look.dot;
  if (node.relation === 'compacts') return <rect x={x - 4} y={MIDDLE - 4} width={8} height={8} className={fill} />;
  return (
    <>
      {row.folded > 1 && <circle cx={x} cy={MIDDLE} r={6.5} strokeWidth={1} className={look.line} />}
      <circle cx={x} cy={MIDDLE} r={row.beginsBranch ? 4.5 : 3.5} className={fill} />
    </>
  );
}

/** How wide the lines of a tree are. */
export function toGraphPx(laneCount: number): number {
  return laneCount * LANE_PX + 6;
}

function toCurve({ fromLane, toLane }: Bend): string {
  const from = toX(fromLane);
  const to = toX(toLane);
  return from === to
    ? `M${from} ${MIDDLE}V${ROW_PX}`
    : `M${from} ${MIDDLE}C${from} ${ROW_PX - 4} ${to} ${MIDDLE + 4} ${to} ${ROW_PX}`;
}

function toX(lane: number): number {
  return lane * LANE_PX + 8;
}

function toLook(lane: number): (typeof LOOKS)[number] {
  return LOOKS[lane % LOOKS.length] ?? LOOKS[0];
}
