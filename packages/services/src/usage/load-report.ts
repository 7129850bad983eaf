import { toFieldError } from '@nexus/contract';
import {
  loadSteps,
  loadUsageReport,
  type UsageFilter,
  type UsageGroup,
  type UsageReport,
  type UsageSteps,
  type UsageStepUnit,
  type UsageSumName,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

/** A range, and the steps that it is cut into. */
export interface StepsOfRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly step: UsageStepUnit;
  readonly tz?: string | undefined;
}

export interface ReportAsked<Name extends UsageSumName> extends StepsOfRange {
  readonly by?: UsageGroup | undefined;
  readonly groupsMax?: number;
  readonly filter?: UsageFilter;
  /** What is asked for; nothing else is added up. */
  readonly sums: readonly Name[];
}

/** More would be more points than a screen has, and with groups more rows than one answer should hold. */
const STEPS_MAX = 1_500;
const GROUPS_MAX = 1_000;
const STEP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_419_200_000 } as const;

/**
 * A report of the storage, within its bounds.
 * @throws {GatewayError} `field-invalid` where the range is empty or has too many steps.
 */
export async function loadReport<Name extends UsageSumName>(
  context: Context,
  asked: ReportAsked<Name>,
): Promise<UsageReport<Name>> {
  return loadUsageReport(requireStorage(context), {
    ...toBounded(asked),
    by: asked.by ?? null,
    groupsMax: asked.groupsMax ?? GROUPS_MAX,
    filter: asked.filter ?? {},
    sums: asked.sums,
    nowMs: context.clock(),
  });
}

/**
 * The steps alone, for what is counted otherwise.
 * @throws {GatewayError} `field-invalid` where the range is empty or has too many steps.
 */
export async function loadReportSteps(context: Context, asked: StepsOfRange): Promise<UsageSteps> {
  return loadSteps(requireStorage(context), toBounded(asked));
}

function toBounded({ fromMs, toMs, step, tz = 'UTC' }: StepsOfRange) {
  if (fromMs >= toMs) throw toFieldError('from', 'must be before `to`');
  const steps = step === 'all' ? 1 : (toMs - fromMs) / STEP_MS[step];
  if (steps > STEPS_MAX) {
    throw toFieldError(
      'step',
      `a range of this length has more than ${STEPS_MAX} of it; ask for longer steps or less time`,
    );
  }
  return { fromMs, toMs, step, tz };
}
