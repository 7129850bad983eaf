import type { Link } from '@nexus/core';
import { toLink } from '../../linking/fingerprint-row.ts';
import type { RequestTable } from '../../schema.ts';

/** The place of a request as its facts row tells it: the launching call's position stays with the fingerprint. */
export function toRequestLink(row: RequestTable): Link {
  const { launch_tool_use_id: toolUseId, parent_request_id: requestId } = row;
  const launchedBy = toolUseId === null || requestId === null ? null : { requestId, toolUseId, index: 0 };
  return toLink({ ...row, launched_by: launchedBy, launch_order: null });
}
