import { GatewayError } from '@nexus/contract';
import {
  loadUsageReport,
  type UsageFilter,
  type UsageGroup,
  type UsageReport,
  type UsageStepUnit,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

export interface ReportAsked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly step: UsageStepUnit;
  readonly tz?: string | undefined;
  readonly by?: UsageGroup | undefined;
  readonly groupsMax?: number;
  readonly filter?: UsageFilter;
}

/** More would be more points than a screen has, and with groups more rows than one answer should hold. */
const STEPS_MAX = 1_500;
const GROUPS_MAX = 1_000;
const STEP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_419_200_000 } as const;

/**
 * A report of the storage, within its bounds.
 * @throws {GatewayError} `field-invalid` where the range is empty or has too many steps.
 */
export async function loadReport(context: Context, asked: ReportAsked): Promise<UsageReport> {
  const { fromMs, toMs, step } = asked;
  if (fromMs >= toMs) throw new GatewayError('field-invalid', { publicMessage: '`from` must be before `to`.' });
  const steps = step === 'all' ? 1 : (toMs - fromMs) / STEP_MS[step];
  if (steps > STEPS_MAX) {
    throw new GatewayError('field-invalid', {
      publicMessage: `step: a range of this length has more than ${STEPS_MAX} of it; ask for longer steps or less time`,
    });
  }
  return loadUsageReport(requireStorage(context), {
    fromMs,
    toMs,
    step,
    tz: asked.tz ?? 'UTC',
    by: asked.by ?? null,
    groupsMax: asked.groupsMax ?? GROUPS_MAX,
    filter: asked.filter ?? {},
    nowMs: context.clock(),
  });
}
