import type { AuditEntry } from '@nexus/contract';
import { countOf, formatCount } from './format-count.ts';
import { formatMoney } from './format-money.ts';
import { toSubjectWords } from './limit-words.ts';

type RuleChange = Pick<AuditEntry, 'noun' | 'nounId' | 'detail'>;

/** Whether a change is one of a limit or a budget, which are about somebody. */
export function isRule({ noun }: Pick<AuditEntry, 'noun'>): boolean {
  return noun === 'limit' || noun === 'budget';
}

/** What was done to a limit or a budget: `set the budget of project atlas`, `took away the limits of key laptop`. */
export function toRuleChangeWords({ noun, nounId, detail }: RuleChange, names: ReadonlyMap<string, string>): string {
  const [, subjectKind = '', subject = ''] = /^([^:]*):(.*)$/s.exec(nounId) ?? [];
  const figures = noun === 'budget' ? [detail['limitNanoDollars']] : Object.values(detail);
  const verb = figures.every((figure) => figure === null || figure === undefined) ? 'took away' : 'set';
  return `${verb} the ${noun === 'budget' ? 'budget' : 'limits'} of ${toSubjectWords({ subjectKind, subject }, names)}`;
}

/** The figures of a limit or a budget: `$12.50 a day`, `600 requests a minute · 8 at once`. */
export function toRuleDetailWords({ noun, detail }: RuleChange): string {
  if (noun === 'budget') {
    const { period, limitNanoDollars: nano } = detail;
    return typeof nano === 'number' ? `${formatMoney(nano)} a ${String(period)}` : `for each ${String(period)}`;
  }
  const figure = (name: string, say: (count: number) => string) => {
    const count = detail[name];
    return typeof count === 'number' ? say(count) : [];
  };
  return [
    figure('requestsPerMinute', (count) => `${countOf(count, 'request')} a minute`),
    figure('inputTokensPerMinute', (count) => `${countOf(count, 'input token')} a minute`),
    figure('outputTokensPerMinute', (count) => `${countOf(count, 'output token')} a minute`),
    figure('concurrent', (count) => `${formatCount(count)} at once`),
  ]
    .flat()
    .join(' · ');
}
