import { toRollupRules } from './rollup-rules.ts';
import { SESSION_RULES } from './session-rules.ts';
import { TOOL_RULES } from './tool-rules.ts';
import { createUsageSum, type UsageSum } from './usage-sum.ts';
import { USAGE_ROLLUPS } from './usage-shapes.ts';

/** Every table that usage is summed up in, in the order in which all writers touch them: so none waits for another in a ring. */
export const USAGE_SUMS: readonly UsageSum[] = [
  ...USAGE_ROLLUPS.map(({ table, stepMs }) => createUsageSum(toRollupRules(table, stepMs))),
  createUsageSum(SESSION_RULES),
  createUsageSum(TOOL_RULES),
];

/** Holds writers off all of usage, in the order in which they touch it, until the transaction ends. */
export const LOCK_USAGE = `lock table ${['usage', ...USAGE_SUMS.map(({ table }) => table)].join(', ')} in share row exclusive mode`;
