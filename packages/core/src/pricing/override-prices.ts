import { toPlainModelId } from './find-price.ts';
import type { PriceRow, PriceTable, TokenRates } from './price-table.ts';

/** A table with the operator's own prices, or everything that is wrong with them. */
export type OverriddenPrices =
  | { readonly ok: true; readonly table: PriceTable }
  | { readonly ok: false; readonly problems: readonly string[] };

type Json = Readonly<Record<string, unknown>>;

/** Dollars per million tokens; what a file may leave out follows from input as it does on the published page. */
const RATE_FACTORS = { cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1 } as const;
const MODELS_MAX = 500;

/**
 * The table with the prices of a file in front of its own: models by name, each with dollars per million tokens and from
 * when they count; server tools in dollars a call. `docs/usage.md` shows one. A model may be named as any platform does, with a
 * date or without: its prices count however a request spells it. It loses its published rows from that day on.
 */
export function overridePrices(base: PriceTable, file: unknown): OverriddenPrices {
  const problems: string[] = [];
  const { version, models = {}, serverTools = {}, ...unknown } = toObject(file, 'the file', problems);
  for (const name of Object.keys(unknown)) problems.push(`${name}: is nothing that a price file has`);
  if (typeof version !== 'string' || !/^[\w.-]{1,40}$/.test(version)) {
    problems.push('version: must be a short name, such as 2026-11-20, that changes with every change of a price');
  }
  const named = Object.entries(toObject(models, 'models', problems));
  if (named.length > MODELS_MAX) problems.push(`models: must be ${MODELS_MAX} at most, and are ${named.length}`);
  findTwins(named.map(([model]) => model)).forEach((twin) => problems.push(twin));
  const rows = named.map(([model, prices]) => toRow(model, prices, problems));
  const tools = Object.entries(toObject(serverTools, 'serverTools', problems)).map(
    ([name, dollars]) => [name, Math.round(toDollars(dollars, `serverTools.${name}`, problems) * 1e9)] as const,
  );
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    table: {
      version: `${base.version}+${String(version)}`,
      // Families look at the first row for their newest model, so what is published keeps its place.
      rows: [...base.rows, ...rows],
      serverTools: { ...base.serverTools, ...Object.fromEntries(tools) },
    },
  };
}

/** Of two spellings of one model, nobody could tell which price is meant. */
function findTwins(models: readonly string[]): readonly string[] {
  const firsts = new Map<string, string>();
  return models.flatMap((model) => {
    const id = toPlainModelId(model);
    const first = firsts.get(id);
    if (first === undefined) firsts.set(id, model);
    return first === undefined ? [] : [`models.${model}: is the same model as ${first}; one price must be enough`];
  });
}

function toRow(model: string, value: unknown, problems: string[]): PriceRow {
  const at = `models.${model}`;
  const { from, fast, longPrompt, ...rates } = toObject(value, at, problems);
  const fromMs = from === undefined ? 0 : typeof from === 'string' ? Date.parse(from) : Number.NaN;
  if (Number.isNaN(fromMs)) problems.push(`${at}.from: is no date`);
  const long = longPrompt === undefined ? null : toObject(longPrompt, `${at}.longPrompt`, problems);
  const { promptTokens, ...longRates } = long ?? {};
  if (long !== null && !(Number.isSafeInteger(promptTokens) && Number(promptTokens) > 0)) {
    problems.push(`${at}.longPrompt.promptTokens: must be a whole number of tokens`);
  }
  return {
    model: toPlainModelId(model),
    fromMs,
    rates: toRates(rates, at, problems),
    longPrompt:
      long === null
        ? null
        : { promptTokens: Number(promptTokens), rates: toRates(longRates, `${at}.longPrompt`, problems) },
    fast: fast === undefined ? null : toRates(toObject(fast, `${at}.fast`, problems), `${at}.fast`, problems),
    source: 'NEXUS_PRICES_FILE',
  };
}

function toRates(value: Json, at: string, problems: string[]): TokenRates {
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead, ...unknown } = value;
  for (const name of Object.keys(unknown)) problems.push(`${at}.${name}: is nothing that a price has`);
  const inputDollars = toDollars(input, `${at}.input`, problems);
  const toPart = (name: keyof typeof RATE_FACTORS, given: unknown): number =>
    toNano(given === undefined ? inputDollars * RATE_FACTORS[name] : toDollars(given, `${at}.${name}`, problems));
  return {
    input: toNano(inputDollars),
    output: toNano(toDollars(output, `${at}.output`, problems)),
    cacheWrite5m: toPart('cacheWrite5m', cacheWrite5m),
    cacheWrite1h: toPart('cacheWrite1h', cacheWrite1h),
    cacheRead: toPart('cacheRead', cacheRead),
  };
}

/** $1 per million tokens is 1,000 nano-dollars a token. */
function toNano(dollarsPerMillion: number): number {
  return Math.round(dollarsPerMillion * 1000);
}

function toDollars(value: unknown, at: string, problems: string[]): number {
  if (typeof value === 'number' && value >= 0 && value <= DOLLARS_MAX) return value;
  problems.push(`${at}: must be dollars, from 0 to ${DOLLARS_MAX}`);
  return 0;
}

/** Far above every price there ever was: more is a price per token that was meant per million, or a typing error. */
const DOLLARS_MAX = 10_000;

function toObject(value: unknown, at: string, problems: string[]): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  problems.push(`${at}: must be an object`);
  return {};
}
