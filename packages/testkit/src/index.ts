export {
  type FakeClaude,
  type FakeClaudeOptions,
  type FakeClaudeStats,
  startFakeClaude,
} from './fake-claude/start-fake-claude.ts';
export { describeSentinels, SENTINELS } from './fake-claude/sentinels.ts';
export type { ReceivedRequest } from './fake-claude/received-request.ts';
export type { ScriptedAnswer, ScriptStep, WaitingStep } from './fake-claude/script.ts';
export type { MessagesBody } from './fake-claude/messages-body.ts';
export {
  type ContentBlock,
  type Message,
  signThinking,
  textBlock,
  thinkingBlock,
  toolUseBlock,
} from './fake-claude/message/message.ts';
export { type CacheAsk, createPromptCache, type PromptCache } from './prompt-cache/create-prompt-cache.ts';
export { createTestDatabase, type TestDatabase } from './test-database/create-test-database.ts';
export { holdTestServer, useTestServer } from './test-database/test-server.ts';
export { runBunTests, type TestCounts, toSummary } from './run-tests/run-bun-tests.ts';
export {
  type GatewayProcess,
  type GatewayProcessOptions,
  startGatewayProcess,
} from './gateway-process/start-gateway-process.ts';
export { findRedisServer, startTestRedis, type TestRedis } from './test-redis/start-test-redis.ts';
export { timeAborts } from './load/time-aborts.ts';
export { until } from './until.ts';
export { type Abort, ABORT_POINTS, type AbortPoint, runAbortStorm } from './load/abort-storm.ts';
export { countConnections } from './load/count-connections.ts';
export { createRandom, type Random } from './load/create-random.ts';
export { connectRaw, type RawConnection, toRawRequest } from './load/raw-request.ts';
export { eachAtOnce } from './load/each-at-once.ts';
export {
  readResidentBytes,
  runSlowReaders,
  type SlowReadersOptions,
  type SlowReadersReport,
  toMedian,
} from './load/slow-readers.ts';
export type { CollectedPoint, CollectedSpan } from './otlp-collector/collected.ts';
export { type OtlpCollector, startOtlpCollector } from './otlp-collector/otlp-collector.ts';
export type { DemoPerson } from './demo/build-demo-week.ts';
export { writeDemoWeek } from './demo/write-demo-week.ts';
