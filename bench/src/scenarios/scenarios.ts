import { EVENTS_MODEL, JSON_MODEL, buildConversationBodies, buildSmallBody } from '../bodies.ts';
import { latency } from './latency.ts';
import { paced } from './paced.ts';
import { createSaturation } from './saturate.ts';
import type { Scenario } from './scenario.ts';
import { storageRatio } from './storage-ratio.ts';

/** Bodies of a run differ by a turn, as in a conversation: the recorder finds most of each known and something new. */
const BODIES = 8;

/** Every scenario, in the order of the results page. Aims are those of the first issue of this program. */
export const SCENARIOS: readonly Scenario[] = [
  createSaturation({
    name: 'json-1k',
    about: '1 KB JSON to 1 KB JSON',
    bodies: () => [buildSmallBody(JSON_MODEL)],
    connections: 32,
    ratioMax: 2,
  }),
  createSaturation({
    name: 'sse-100',
    about: '1 KB JSON to 100 events',
    bodies: () => [buildSmallBody(EVENTS_MODEL)],
    connections: 32,
    ratioMax: 1.2,
  }),
  createSaturation({
    name: 'body-87k',
    about: 'Body of a Claude Code turn to 1 KB JSON',
    bodies: () => buildConversationBodies(87_000, BODIES),
    connections: 32,
    ratioMax: 1,
  }),
  createSaturation({
    name: 'body-400k',
    about: 'Body of a long conversation to 1 KB JSON',
    bodies: () => buildConversationBodies(400_000, BODIES),
    connections: 16,
    ratioMax: 1,
  }),
  createSaturation({
    name: 'two-cores-87k',
    about: 'Body of a Claude Code turn, gateway and load sharing both cores',
    bodies: () => buildConversationBodies(87_000, BODIES),
    connections: 32,
    perSecondMin: 1000,
  }),
  latency,
  paced,
  storageRatio,
];
