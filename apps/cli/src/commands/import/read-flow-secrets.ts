import JSON5 from 'json5';

/** One entry of a Flow proxy's `secrets.json`. */
export interface FlowSecret {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenant: string;
  readonly name: string | null;
  /** How often it stands in the file, which is how people gave one more of the traffic. */
  readonly weight: number;
}

export type FlowSecrets =
  | { readonly ok: true; readonly secrets: readonly FlowSecret[] }
  /** Everything that is wrong, with the place of each. Names no value. */
  | { readonly ok: false; readonly problems: readonly string[] };

const REQUIRED = ['clientId', 'clientSecret', 'tenant'] as const;
/** As many as a credential file takes. */
const ENTRIES_MAX = 1_000;

/** Reads the text of a `secrets.json`: JSON5, as the Flow proxy read it, with the words it used for what is wrong. */
export function readFlowSecrets(text: string): FlowSecrets {
  const parsed = parse(text);
  if (parsed === undefined) return refuse('Invalid JSON format in secrets file');
  if (!Array.isArray(parsed)) return refuse(`Secrets file must contain an array, got ${toTypeName(parsed)}`);
  if (parsed.length === 0) {
    return refuse('Secrets array cannot be empty – at least one authentication configuration is required');
  }
  if (parsed.length > ENTRIES_MAX) return refuse(`Secrets array has more than ${ENTRIES_MAX} entries`);
  const entries: readonly unknown[] = parsed;
  const problems = entries.flatMap((entry, index) => listProblems(entry).map((problem) => `[${index}] ${problem}`));
  if (problems.length > 0) {
    return { ok: false, problems: ['One or more authentication configurations are invalid', ...problems] };
  }
  return { ok: true, secrets: toWeighted(entries.map(toSecret)) };
}

function refuse(problem: string): FlowSecrets {
  return { ok: false, problems: [problem] };
}

function parse(text: string): unknown {
  try {
    return JSON5.parse(text);
  } catch {
    // What the parser says quotes the text, which is full of secrets.
    return undefined;
  }
}

function listProblems(entry: unknown): string[] {
  if (!isDictionary(entry)) return ['Configuration must be a dictionary'];
  const missing = REQUIRED.filter((field) => entry[field] === undefined || entry[field] === null);
  const problems = missing.length > 0 ? [`Missing required fields: ${missing.join(', ')}`] : [];
  for (const field of [...REQUIRED, 'name']) {
    const value = entry[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') problems.push(`Field '${field}' must be a string, got ${toTypeName(value)}`);
    else if (value.trim() === '') problems.push(`Field '${field}' cannot be empty or whitespace-only`);
  }
  return problems;
}

function toSecret(entry: unknown): FlowSecret {
  const fields = isDictionary(entry) ? entry : {};
  const text = (field: string): string => String(fields[field]);
  const name = typeof fields['name'] === 'string' ? fields['name'].trim() : null;
  return { clientId: text('clientId'), clientSecret: text('clientSecret'), tenant: text('tenant'), name, weight: 1 };
}

/** The same entry twice is one account with twice the weight. */
function toWeighted(secrets: readonly FlowSecret[]): readonly FlowSecret[] {
  const byKey = new Map<string, FlowSecret>();
  for (const secret of secrets) {
    const key = JSON.stringify([secret.clientId, secret.clientSecret, secret.tenant]);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? secret : { ...known, weight: known.weight + 1 });
  }
  return [...byKey.values()];
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toTypeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
