/** A name on a page of OpenMetrics, with its series. */
export interface OpenFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly OpenSample[];
}

export interface OpenSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar: OpenExemplar | null;
}

export interface OpenExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

interface Building extends OpenFamily {
  type: string;
  unit: string;
  help: string;
  readonly samples: OpenSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABELS = String.raw`\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,(?=[a-zA-Z_]))?)*)\}`;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Inf)|NaN`;
const METADATA = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:${LABELS})? (${NUMBER})(?: # ${LABELS} (${NUMBER})(?: (${NUMBER}))?)?$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"/g;

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * Reads a page as strictly as OpenMetrics 1.0 is written down (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 * @throws {Error} with the line that breaks a rule.
 */
export function readOpenMetrics(text: string): ReadonlyMap<string, OpenFamily> {
  if (!text.endsWith('\n# EOF\n')) throw new Error('the page has no end');
  const families = new Map<string, Building>();
  let current: Building | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, kind = '', name = '', rest = ''] = METADATA.exec(line) ?? [];
    if (kind === '') {
      readInto(line, current);
      continue;
    }
    if (current?.name !== name || current.samples.length > 0) {
      if (families.has(name)) throw new Error(`of two places: ${line}`);
      current = { name, type: '', unit: '', help: '', samples: [] };
      families.set(name, current);
    }
    describe(current, kind, rest);
  }
  const known = [...families.values()];
  for (const family of known) check(family);
  checkNames(known);
  return families;
}

function describe(family: Building, kind: string, rest: string): void {
  const field = kind === 'TYPE' ? 'type' : kind === 'UNIT' ? 'unit' : 'help';
  if (family[field] !== '' || rest === '') throw new Error(`${kind} of ${family.name} is empty or stands twice`);
  if (field === 'help' && /(?<!\\)(?:\\\\)*(?:"|\\[^n"\\])/.test(rest)) throw new Error(`not escaped: ${rest}`);
  family[field] = rest;
}

function readInto(line: string, family: Building | undefined): void {
  const found = SAMPLE.exec(line);
  if (family === undefined || found === null) throw new Error(`no sample: ${line}`);
  const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue = '', at = ''] = found;
  const isOfFamily = (ENDINGS[family.type] ?? []).some((ending) => name === family.name + ending);
  if (!isOfFamily) throw new Error(`not of ${family.name}: ${line}`);
  const exemplar =
    exemplarLabels === undefined
      ? null
      : { labels: readLabels(exemplarLabels), value: toNumber(exemplarValue), at: toNumber(at) };
  if (exemplar !== null && !/_(bucket|total)$/.test(name)) throw new Error(`an exemplar of ${name}`);
  family.samples.push({ name, labels: readLabels(labels), value: toNumber(value), exemplar });
}

function readLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value] as const);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`a label stands twice: ${text}`);
  return Object.fromEntries(pairs);
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function check({ name, type, unit, help, samples }: OpenFamily): void {
  if (!Object.hasOwn(ENDINGS, type) || help === '') throw new Error(`no type or no word about ${name}`);
  if (unit !== '' && !name.endsWith(`_${unit}`)) throw new Error(`the unit of ${name} is not in its name`);
  const keys = samples.map((sample) => `${sample.name} ${toKey(sample.labels)}`);
  if (new Set(keys).size < keys.length) throw new Error(`a series of ${name} stands twice`);
  for (const { value, exemplar, labels } of samples) {
    if (type === 'counter' && !(value >= 0)) throw new Error(`${name} is no count`);
    if (exemplar !== null) checkExemplar(exemplar, labels['le']);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkExemplar({ labels, value, at }: OpenExemplar, bound = '+Inf'): void {
  const length = Object.entries(labels).join('').replaceAll(',', '').length;
  if (length > 128) throw new Error(`an exemplar of ${length} characters`);
  if (!(at > 1.5e9) || !(value <= toNumber(bound))) throw new Error('an exemplar of another bucket or time');
}

/** Series stand together; their buckets grow with canonical bounds, and the last one holds all. */
function checkHistogram(name: string, samples: readonly OpenSample[]): void {
  const toSeries = ({ labels }: OpenSample) => toKey({ ...labels, le: '' });
  const order = samples.map(toSeries).filter((key, at, keys) => key !== keys[at - 1]);
  if (new Set(order).size < order.length) throw new Error(`series of ${name} are mixed`);
  for (const same of Map.groupBy(samples, toSeries).values()) {
    const buckets = same.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => labels['le'] ?? '');
    if (bounds.some((bound) => /^\d+$|^0\.0000/.test(bound)))
      throw new Error(`${name} has bounds that are not canonical`);
    const count = same.find((sample) => sample.name === `${name}_count`)?.value;
    const isWhole = bounds.at(-1) === '+Inf' && buckets.at(-1)?.value === count;
    if (!isWhole || !isRising(bounds.map(toNumber)) || !isRising(buckets.map(({ value }) => value))) {
      throw new Error(`${name} is no histogram`);
    }
  }
}

function toKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, index) => value >= (values[index - 1] ?? 0));
}

/** No sample of one family may be taken for one of another. */
function checkNames(families: readonly OpenFamily[]): void {
  const taken = families.flatMap(({ name, type }) => (ENDINGS[type] ?? []).map((ending) => name + ending));
  const clash = taken.find((name, at) => taken.indexOf(name) !== at);
  if (clash !== undefined) throw new Error(`of two families: ${clash}`);
}
