import threePlanes from './0001-three-planes.sql' with { type: 'text' };
import roles from './0002-roles.sql' with { type: 'text' };
import conversations from './0003-conversations.sql' with { type: 'text' };
import search from './0004-search.sql' with { type: 'text' };
import audit from './0005-audit.sql' with { type: 'text' };
import accountState from './0006-account-state.sql' with { type: 'text' };
import cost from './0007-cost.sql' with { type: 'text' };
import usage from './0008-usage.sql' with { type: 'text' };
import keys from './0009-keys.sql' with { type: 'text' };
import usersAndProjects from './0010-users-and-projects.sql' with { type: 'text' };
import windows from './0011-windows.sql' with { type: 'text' };
import budgets from './0012-budgets.sql' with { type: 'text' };
import conversationCost from './0013-conversation-cost.sql' with { type: 'text' };
import usageOfSessionsAndTools from './0014-usage-of-sessions-and-tools.sql' with { type: 'text' };
import secretDelete from './0015-secret-delete.sql' with { type: 'text' };
import sharedState from './0016-shared-state.sql' with { type: 'text' };
import cacheTurns from './0017-cache-turns.sql' with { type: 'text' };
import suspiciousCounts from './0018-suspicious-counts.sql' with { type: 'text' };
import usageMargins from './0019-usage-margins.sql' with { type: 'text' };
import usageCovered from './0020-usage-covered.sql' with { type: 'text' };
import batchMessages from './0021-batch-messages.sql' with { type: 'text' };
import toolCalls from './0022-tool-calls.sql' with { type: 'text' };
import billedTokens from './0023-billed-tokens.sql' with { type: 'text' };
import abandonedCalls from './0024-abandoned-calls.sql' with { type: 'text' };

/** One step of the schema. Numbers have no gaps; a step that was released is never changed. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Programs that do not know this step must not work on a database that has it. */
  readonly breaking: boolean;
}

export const MIGRATIONS: readonly Migration[] = [
  toMigration('0001-three-planes', threePlanes),
  toMigration('0002-roles', roles),
  toMigration('0003-conversations', conversations),
  toMigration('0004-search', search),
  toMigration('0005-audit', audit),
  toMigration('0006-account-state', accountState),
  toMigration('0007-cost', cost),
  toMigration('0008-usage', usage),
  toMigration('0009-keys', keys),
  toMigration('0010-users-and-projects', usersAndProjects),
  toMigration('0011-windows', windows),
  toMigration('0012-budgets', budgets),
  toMigration('0013-conversation-cost', conversationCost),
  toMigration('0014-usage-of-sessions-and-tools', usageOfSessionsAndTools),
  toMigration('0015-secret-delete', secretDelete),
  toMigration('0016-shared-state', sharedState),
  toMigration('0017-cache-turns', cacheTurns),
  toMigration('0018-suspicious-counts', suspiciousCounts),
  toMigration('0019-usage-margins', usageMargins),
  toMigration('0020-usage-covered', usageCovered),
  toMigration('0021-batch-messages', batchMessages),
  toMigration('0022-tool-calls', toolCalls),
  toMigration('0023-billed-tokens', billedTokens),
  toMigration('0024-abandoned-calls', abandonedCalls),
];

function toMigration(name: string, sql: string): Migration {
  return { number: Number(name.slice(0, 4)), name, sql, breaking: sql.startsWith('--! breaking') };
}
