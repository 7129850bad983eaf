/** One family of a page in Prometheus's text format. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

export interface ReadSample {
  /** With `_bucket`, `_sum` or `_count` where it is of a histogram. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
/** As Go reads numbers, which is what the format refers to. */
const VALUE = /^(nan|[+-]inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/i;

/**
 * Reads a page as strictly as the format is written down (prometheus.io, "Exposition formats").
 * @throws {Error} with the line that breaks a rule.
 */
export function readPage(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, ReadFamily & { readonly samples: ReadSample[] }>();
  let help = '';
  let current: (ReadFamily & { readonly samples: ReadSample[] }) | null = null;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'HELP') help = rest;
    else if (kind === 'TYPE') {
      if (families.has(name)) throw new Error(`twice on the page: ${name}`);
      current = { name, type: rest, help, samples: [] };
      families.set(name, current);
    } else {
      if (current === null) throw new Error(`of no family: ${line}`);
      current.samples.push(readSample(line, current));
    }
  }
  for (const family of families.values()) check(family);
  return families;
}

function readSample(line: string, family: ReadFamily): ReadSample {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  const endings = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!endings.some((ending) => name === family.name + ending)) throw new Error(`not of ${family.name}: ${line}`);
  if (!VALUE.test(value)) throw new Error(`no number: ${line}`);
  return { name, labels: readLabels(labels, line), value: value === '+Inf' ? Infinity : Number(value) };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const found = LABEL.exec(text);
    if (found === null) throw new Error(`labels cannot be read: ${line}`);
    const [, name = '', value = ''] = found;
    if (Object.hasOwn(labels, name)) throw new Error(`a label stands twice: ${line}`);
    labels[name] = value
      .replaceAll(String.raw`\n`, '\n')
      .replaceAll(String.raw`\"`, '"')
      .replaceAll('\\\\', '\\');
  }
  return labels;
}

function check({ name, type, help, samples }: ReadFamily): void {
  if (help === '') throw new Error(`no word about ${name}`);
  const keys = samples.map((sample) => JSON.stringify([sample.name, sample.labels]));
  if (new Set(keys).size < keys.length) throw new Error(`a series of ${name} stands twice`);
  if (type === 'counter' && samples.some(({ value }) => value < 0)) throw new Error(`${name} is below zero`);
  if (type === 'histogram') checkHistogram(name, samples);
}

/** Buckets grow with their bound, and the last one holds all. */
function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const series = Map.groupBy(samples, ({ labels }) => toKey({ ...labels, le: '' }));
  for (const [labels, same] of series) {
    const buckets = same.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((bucket) => Number(bucket.labels['le']?.replace('+Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    const count = same.find((sample) => sample.name === `${name}_count`)?.value;
    if (!isRising(bounds) || !isRising(counts) || bounds.at(-1) !== Infinity || counts.at(-1) !== count) {
      throw new Error(`${name}${labels} is no histogram`);
    }
  }
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, index) => value >= (values[index - 1] ?? 0));
}

/** The value of one series; null where it is not on the page. */
export function findValue(
  page: ReadonlyMap<string, ReadFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const family = page.get(name) ?? page.get(name.replace(/_(bucket|sum|count)$/, ''));
  const wanted = toKey(labels);
  const found = family?.samples.find((sample) => sample.name === name && toKey(sample.labels) === wanted);
  return found?.value ?? null;
}

function toKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => one.localeCompare(other)));
}
