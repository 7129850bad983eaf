import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { type LaneOrder, layOutLanes } from './lay-out-lanes.ts';
import type { LaneNode } from './order-turns.ts';

const NONE: ReadonlySet<string> = new Set();

/** `id branch parent relation`, such as `c branch_x a forks`. */
function toNodes(...lines: readonly string[]): LaneNode[] {
  return lines.map((line) => {
    const [requestId = '', branch = '', parent = '-', relation = 'continues'] = line.split(' ');
    return {
      requestId,
      branch: branch === '-' ? null : branch,
      parentRequestId: parent === '-' ? null : parent,
      relation: relation === 'forks' || relation === 'sub-agent' || relation === 'compacts' ? relation : 'continues',
      retryOf: null,
    };
  });
}

/** `id@lane`, `>` and the lane of each line that leaves (`0>2`: from another lane), `|` what passes, `]` what ends. */
const draw = (nodes: LaneNode[], { folded = NONE, order = 'time' }: { folded?: typeof NONE; order?: LaneOrder } = {}) =>
  layOutLanes(nodes, { folded, order }).rows.map((row) => {
    const bends = row.bends
      .map(({ fromLane, toLane }) => `${fromLane === row.lane ? '' : fromLane}>${toLane}`)
      .join('');
    const through = row.through.length > 0 ? `|${row.through.join(',')}` : '';
    return `${row.node.requestId}@${row.lane}${bends}${through}${row.ends.length > 0 ? `]${row.ends.join(',')}` : ''}`;
  });

describe('lanes', () => {
  test('one line of turns is one lane', () => {
    const { rows, laneCount } = layOutLanes(toNodes('a main', 'b main a', 'c main b'), { folded: NONE, order: 'time' });
    expect(laneCount).toBe(1);
    expect(rows.map(({ comes, goes }) => [comes, goes])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ]);
  });

  test('a fork leaves the turn it went from, and passes beside what came between', () => {
    expect(draw(toNodes('a main', 'b main a', 'c branch_x a forks', 'd main b', 'e branch_x c'))).toEqual([
      'a@0>1',
      'b@0|1',
      'c@1|0',
      'd@0|1',
      'e@1',
    ]);
  });

  test('agents that run at once stand side by side; the next one uses a lane again', () => {
    const nodes = toNodes(
      'a main',
      's subtask_1 a sub-agent',
      't subtask_2 a sub-agent',
      'b main a',
      'u subtask_3 b sub-agent',
    );
    expect(draw(nodes)).toEqual(['a@0>1>2', 's@1|0,2', 't@2|0', 'b@0>1', 'u@1']);
  });

  test('an agent of an agent stands right of it', () => {
    expect(draw(toNodes('a main', 's subtask_1 a sub-agent', 'n subtask_2 s sub-agent'))).toEqual([
      'a@0>1',
      's@1>2',
      'n@2',
    ]);
  });

  test('a segment behind a summary goes on in the same lane', () => {
    const nodes = toNodes('a main', 'b main a', 'c compact_x b compacts', 'd compact_x c');
    expect(draw(nodes)).toEqual(['a@0', 'b@0>0', 'c@0', 'd@0']);
  });

  test('a folded agent is one row, with the agents that it launched in it', () => {
    const nodes = toNodes(
      'a main',
      's subtask_1 a sub-agent',
      'n subtask_2 s sub-agent',
      'm subtask_2 n',
      's2 subtask_1 s',
      'b main a',
    );
    const { rows } = layOutLanes(nodes, { folded: new Set(['subtask_1']), order: 'time' });
    expect(rows.map((row) => [row.node.requestId, row.folded])).toEqual([
      ['a', 0],
      ['s', 4],
      ['b', 0],
    ]);
  });

  test('what is no turn has no row, and a lost parent leaves a branch without a beginning', () => {
    expect(draw(toNodes('t - - attached', 'c branch_x lost forks', 'd branch_x c'))).toEqual(['c@0', 'd@0']);
  });

  test.each<LaneOrder>(['time', 'branch'])(
    'no two branches ever share a lane in a row, whatever the conversation (by %s)',
    (order) => {
      fc.assert(
        fc.property(arbitraryNodes, (nodes) => {
          const { rows, laneCount } = layOutLanes(nodes, { folded: NONE, order });
          expect(rows).toHaveLength(nodes.length);
          for (const row of rows) {
            const lanes = [row.lane, ...row.through, ...row.ends];
            expect(new Set(lanes).size).toBe(lanes.length);
            expect(Math.max(...lanes, ...row.bends.map((bend) => bend.toLane))).toBeLessThan(laneCount);
          }
        }),
      );
    },
  );
});

const arbitraryNodes = fc.array(fc.tuple(fc.nat(8), fc.nat(), fc.boolean()), { maxLength: 60 }).map((steps) => {
  const nodes: LaneNode[] = [];
  for (const [at, [pick, parent, forks]] of steps.entries()) {
    const before = nodes[nodes.length === 0 ? 0 : parent % nodes.length];
    const begins = before === undefined || forks;
    nodes.push({
      requestId: `r${at}`,
      parentRequestId: before?.requestId ?? null,
      branch: begins ? `b${at}` : before.branch,
      relation: begins ? (pick % 3 === 0 ? 'forks' : pick % 3 === 1 ? 'sub-agent' : 'compacts') : 'continues',
      retryOf: null,
    });
  }
  return nodes;
});

const byBranch = (...lines: readonly string[]) => draw(toNodes(...lines), { order: 'branch' });

describe('by branch', () => {
  test('a branch stands in one piece below the turn it left, and main goes on behind it', () => {
    const lines = ['a main', 'b main a', 'c branch_x a forks', 'd main b', 'e branch_x c', 'f branch_y a forks'];
    expect(byBranch(...lines)).toEqual(['a@0>1', 'c@1|0', 'e@10>1|0', 'f@1|0', 'b@0', 'd@0']);
  });

  test('branches of the last turn hang on its line, which ends where the last of them leaves', () => {
    expect(byBranch('a main', 'b branch_x a forks', 'c branch_y a forks')).toEqual(['a@0>1', 'b@10>1]0', 'c@1']);
  });

  test('what goes on from a summary comes last, in the lane of what it sums up', () => {
    const lines = ['a main', 'b compact_x a compacts', 'c subtask_1 a sub-agent', 'd compact_x b'];
    expect(byBranch(...lines)).toEqual(['a@0>1', 'c@10>0]0', 'b@0', 'd@0']);
  });

  test('thirty forks take two lanes, and a fork of a fork a third', () => {
    const forks = Array.from({ length: 30 }, (_, at) => [`f${at} branch_${at} a forks`, `g${at} branch_${at} f${at}`]);
    const nodes = toNodes('a main', 'b main a', ...forks.flat(), 'n branch_n f7 forks');
    expect(layOutLanes(nodes, { folded: NONE, order: 'time' }).laneCount).toBeGreaterThan(20);
    expect(layOutLanes(nodes, { folded: NONE, order: 'branch' }).laneCount).toBe(3);
  });
});
