import { expect, test } from 'bun:test';
import { METRICS, type MetricDeclaration } from '@nexus/contract';
import { readRepositoryFile } from '../src/repository.ts';

const TABLE: Readonly<Record<string, MetricDeclaration>> = METRICS;

/** What Prometheus and the runtime add to our own names. */
const OTHERS = /^(up|process_[a-z_]+)$/;
const OTHER_LABELS: ReadonlySet<string> = new Set(['le', 'job', 'instance']);

interface Use {
  readonly name: string;
  readonly labels: readonly string[];
}

const GROUPING = /\bby \(([^)]*)\)/g;

/** Every series that an expression asks for, with the labels it is asked by. */
function listUses(expression: string): readonly Use[] {
  const grouped = [...expression.matchAll(GROUPING)].flatMap(([, labels = '']) =>
    labels.split(',').map((one) => one.trim()),
  );
  const series = expression
    .replaceAll(GROUPING, '')
    .matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+|up)\b(?:\{([^}]*)\})?/g);
  return [...series]
    .filter(([, name = '']) => !FUNCTIONS.has(name))
    .map(([, name = '', matchers = '']) => {
      const asked = [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
      return { name, labels: [...asked, ...grouped] };
    });
}

function listProblems(expression: string): readonly string[] {
  return listUses(expression).flatMap(({ name, labels }) => {
    if (OTHERS.test(name)) return [];
    const declared = TABLE[name] ?? TABLE[name.replace(/_(bucket|sum|count)$/, '')];
    if (declared === undefined) return [`${name} is on no page`];
    const known = new Set([...declared.labels, ...OTHER_LABELS]);
    return labels.filter((label) => !known.has(label)).map((label) => `${name} has no ${label}`);
  });
}

const FUNCTIONS = new Set(['histogram_quantile', 'label_values']);

test('the check finds a name and a label that are not there', () => {
  expect(listProblems('sum(rate(nexus_nonsense_total[5m])) > 0')).toEqual(['nexus_nonsense_total is on no page']);
  expect(listProblems('nexus_cost_usd_total{user="a"}')).toEqual(['nexus_cost_usd_total has no user']);
  expect(listProblems('nexus_accounts > 0 and nexus_gone >= nexus_accounts')).toEqual(['nexus_gone is on no page']);
});

test('the alerts ask for nothing that is not on the page', () => {
  const rules = readRepositoryFile('deploy/prometheus/alerts.yml');
  const parsed = Bun.YAML.parse(rules);
  const expressions = [...JSON.stringify(parsed).matchAll(/"expr":"((?:[^"\\]|\\.)*)"/g)].map(([, text]): string =>
    JSON.parse(`"${text}"`),
  );
  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.flatMap(listProblems)).toEqual([]);
});

test('nor do the panels of the dashboard', () => {
  const dashboard: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(
    readRepositoryFile('deploy/grafana/claude-nexus.json'),
  );
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.flatMap(listProblems)).toEqual([]);
});
