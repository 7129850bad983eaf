import type { createRecordWriter } from '@nexus/storage';
import { createRandom, type Random } from '../load/create-random.ts';
import { createDemoWindows, type DemoWindows } from './demo-windows.ts';

/** A finished record, as a gateway hands it to its storage. */
export type DemoRecord = Parameters<ReturnType<typeof createRecordWriter>['append']>[0];

/** Somebody who works with Claude all week. */
export interface DemoPerson {
  readonly keyId: string;
  readonly userId: string;
  readonly project: string;
  /** How much they do, 1 being ordinary. */
  readonly weight: number;
}

export interface DemoWeekOptions {
  /** The end of it; epoch milliseconds. */
  readonly nowMs: number;
  /** What the clock of the team is ahead of UTC; it tells their day from their night. */
  readonly clockAheadMs: number;
  /** The account that answers. */
  readonly accountId: string;
  readonly people: readonly [DemoPerson, ...DemoPerson[]];
}

const HOUR_MS = 3_600_000;
const HOURS = 24 * 13;
const MINUTE_MS = 60_000;

/** Dollars a million tokens, as nano-dollars a token: what makes a plot look like one, and no price table. */
const MODELS = [
  { name: 'claude-opus-4-5', share: 0.22, input: 5_000, output: 25_000 },
  { name: 'claude-sonnet-4-5', share: 0.6, input: 3_000, output: 15_000 },
  { name: 'claude-haiku-4-5', share: 0.18, input: 1_000, output: 5_000 },
] as const;

/**
 * Thirteen days of a small team: busy by day, quiet by night, dearer models for harder work, a cache that mostly is warm, and
 * windows that fill and start anew. The same options give the same records.
 */
export function buildDemoWeek({ nowMs, clockAheadMs, accountId, people }: DemoWeekOptions): readonly DemoRecord[] {
  const random = createRandom(20_261_120);
  const windows = createDemoWindows();
  const records: DemoRecord[] = [];
  for (let hour = HOURS; hour > 0; hour -= 1) {
    const startMs = nowMs - hour * HOUR_MS;
    const turns = toTurns(
      { daysAgo: Math.floor(hour / 24), hour: new Date(startMs + clockAheadMs).getUTCHours() },
      random,
    );
    const atMs = Array.from({ length: turns }, () => startMs + random.integer(0, HOUR_MS - MINUTE_MS)).sort(
      (one, other) => one - other,
    );
    for (const startedAtMs of atMs) {
      records.push(buildTurn({ startedAtMs, accountId, person: pick(people, random), windows, random }));
    }
  }
  return records;
}

/** How many turns an hour has: most in the working hours; two days of each seven are quiet, wherever in a week now is. */
function toTurns({ daysAgo, hour }: { readonly daysAgo: number; readonly hour: number }, random: Random): number {
  const isWeekend = daysAgo % 7 === 4 || daysAgo % 7 === 5;
  const isDay = hour >= 7 && hour < 19;
  const most = (isDay ? 18 : 3) * (isWeekend ? 0.25 : 1) * (hour === 12 ? 0.5 : 1);
  return Math.round(most * (0.5 + random.next() / 2));
}

function pick(people: DemoWeekOptions['people'], random: Random): DemoPerson {
  const whole = people.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * whole;
  return people.find(({ weight }) => (left -= weight) <= 0) ?? people[0];
}

interface Turn {
  readonly startedAtMs: number;
  readonly accountId: string;
  readonly person: DemoPerson;
  readonly windows: DemoWindows;
  readonly random: Random;
}

function buildTurn({ startedAtMs, accountId, person, windows, random }: Turn): DemoRecord {
  const model = pickModel(random);
  const usage = buildUsage(random);
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens: written } = usage;
  const nanoDollars = Math.round(
    model.input * (inputTokens + 0.1 * cacheReadTokens + 1.25 * written) + model.output * outputTokens,
  );
  const cacheSaved = Math.round(model.input * (0.9 * cacheReadTokens - 0.25 * written));
  const isWrong = random.next() < 0.012;
  const firstTokenMs = random.integer(380, 2_200);
  // One conversation a person and morning or afternoon.
  const session = toUuid(Math.floor(startedAtMs / (6 * HOUR_MS)), person.keyId);
  const facts: DemoRecord['facts'] = {
    ...ORDINARY,
    requestId: Bun.randomUUIDv7('hex', startedAtMs),
    conversationId: session,
    sessionId: session,
    startedAtMs,
    keyId: person.keyId,
    userId: person.userId,
    project: person.project,
    accountId,
    kind: random.next() < 0.12 ? 'auxiliary' : 'inference',
    model: model.name,
    modelServed: model.name,
    usage,
    cost: { nanoDollars, cacheSaved, pricing: 'exact', priceVersion: 'demo' },
    firstByteMs: firstTokenMs - 40,
    firstTokenMs,
    durationMs: firstTokenMs + outputTokens * random.integer(8, 16),
    requestBytes: (cacheReadTokens + written) * 4,
    responseBytes: outputTokens * 30,
    messageCount: random.integer(1, 60),
    preview: random.pick(PROMPTS),
  };
  return {
    facts: isWrong ? { ...facts, ...OVERLOADED } : facts,
    payload: { ...NO_PAYLOAD, responseHeaders: windows.take(startedAtMs, isWrong ? 0 : nanoDollars) },
  };
}

/** Mostly the prompt is read from the cache; after a pause it is written anew. */
function buildUsage(random: Random) {
  const isWarm = random.next() < 0.86;
  const prompt = random.integer(8_000, 90_000);
  return {
    inputTokens: random.integer(4, 2_400),
    outputTokens: random.integer(60, 2_600),
    cacheReadTokens: isWarm ? prompt : 0,
    cacheWrite5mTokens: isWarm ? random.integer(200, 3_000) : prompt,
    cacheWrite1hTokens: 0,
    thinkingTokens: 0,
    serverToolUses: {},
    iterations: [],
    serviceTier: null,
    speed: null,
    inferenceGeo: null,
  };
}

/** What all turns have in common. */
const ORDINARY = {
  domain: 'default',
  agentId: null,
  parentAgentId: null,
  method: 'POST',
  path: '/v1/messages',
  query: '?beta=true',
  stream: true,
  status: 200,
  outcome: 'completed',
  errorCode: null,
  errorType: null,
  stopReason: 'end_turn',
  usageEstimated: false,
  upstreamRequestId: null,
  userAgent: 'claude-cli/2.1.0 (external, cli)',
  toolNames: [],
  payload: 'none',
} as const;

const OVERLOADED = {
  status: 529,
  outcome: 'upstream-error',
  errorType: 'overloaded_error',
  stopReason: null,
  usage: null,
  cost: null,
  firstTokenMs: null,
  durationMs: 240,
} as const;

const NO_PAYLOAD = {
  requestHeaders: [],
  phases: {},
  requestBody: null,
  responseBody: null,
  responseEncoding: null,
  responseTimings: [],
} as const;

function pickModel(random: Random): (typeof MODELS)[number] {
  let left = random.next();
  return MODELS.find(({ share }) => (left -= share) <= 0) ?? MODELS[1];
}

const PROMPTS = [
  'The checkout test fails one time in twenty. Find out why, and fix it.',
  'Does the orders query still use its index after the migration?',
  'Write the release notes from the commits since v2.3.',
  'Split the settings page into one component a section.',
  'Why does the worker use 2 GB on large imports?',
  'Add a test for leap seconds to the scheduler.',
] as const;

/** An id that is the same for the same person and time. */
function toUuid(half: number, keyId: string): string {
  const digits = new Bun.CryptoHasher('sha256').update(`${half} ${keyId}`).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-7${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
