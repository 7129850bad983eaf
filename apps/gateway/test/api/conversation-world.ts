import type { RecordedRequest } from '@nexus/core';
import { type ApiWorld, startApiWorld } from './api-world.ts';
import { buildBoats } from './conversations.ts';
import { writeRecords } from './records.ts';

/** The API over the recorded conversation of `buildBoats`. */
export interface BoatsWorld extends ApiWorld {
  readonly boats: ReturnType<typeof buildBoats>;
  readonly conversationId: string;
  /** What the records of `boats` are called there; the id itself for all others. */
  nameOf(requestId: string | null): string | null;
}

export async function startBoatsWorld(): Promise<BoatsWorld> {
  const world = await startApiWorld();
  const boats = buildBoats();
  await writeRecords(world, Object.values(boats));
  const names = new Map(Object.entries(boats).map(([name, { facts }]) => [facts.requestId, name]));
  return {
    ...world,
    boats,
    conversationId: await findConversationOf(world, boats.first),
    nameOf: (requestId) => (requestId === null ? null : (names.get(requestId) ?? requestId)),
  };
}

/** The conversation that a recorded request was linked into. */
export async function findConversationOf(world: ApiWorld, { facts }: RecordedRequest): Promise<string> {
  const { request } = await world.client.perform('request.get', { requestId: facts.requestId });
  return request.conversationId;
}
