import { expect, test } from 'bun:test';
import { loadConfig } from './load-config.ts';

function problemsOf(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env, file: null });
  return loaded.ok ? [] : loaded.problems.map(({ env: name, message }) => [name, message]);
}

function configOf(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env, file: null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

test('with nothing given, nothing is told to anybody and there is no third port', () => {
  const { telemetry, otel } = configOf({});
  expect(telemetry).toEqual({ metricsPort: null, metricsToken: null, endpoint: null, reportsEnabled: true });
  expect(otel).toMatchObject({ endpoint: null, tracesEndpoint: null, metricsEndpoint: null, headers: null });
});

test.each([
  ['METRICS_PORT', '3000', 'is 3000, as is PORT; each needs its own'],
  ['METRICS_PORT', '3001', 'is 3001, as is DASHBOARD_PORT; each needs its own'],
  ['NEXUS_METRICS_TOKEN', 'short', 'must be 16 to 200 printable characters without blanks'],
  ['TELEMETRY_ENDPOINT', 'telemetry.example.com', 'must be an http or https URL'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'must be an http or https URL without a password in it'],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'https://user:secret@otlp.example.com',
    'must be an http or https URL without a password in it',
  ],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'no-equals-sign', 'must be pairs such as `api-key=secret`, separated by commas'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'nonsense', 'must be pairs such as `deployment.environment.name=prod`'],
  [
    'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    'everything',
    'must be one of no_content, span_only, event_only, span_and_event, true, false',
  ],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'must be a number from 0 to 1, such as 0.1'],
])('%s=%s %s', (name, text, message) => {
  expect(problemsOf({ [name]: text })).toEqual([[name, message]]);
});

test('the share of traces is a number, however it is written', () => {
  for (const [text, ratio] of [
    ['0', 0],
    ['.25', 0.25],
    ['0.1', 0.1],
    ['1.0', 1],
  ] as const) {
    expect(configOf({ OTEL_TRACES_SAMPLER_ARG: text }).otel.samplerRatio).toBe(ratio);
  }
});

test('what Claude Code is told of OpenTelemetry in the same shell does not stop this program', () => {
  const env = {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
  };
  expect(problemsOf(env)).toEqual([]);
});

test('no secret of telemetry is printed', () => {
  const { telemetry, otel } = configOf({
    NEXUS_METRICS_TOKEN: 'planted-token-0123456789',
    TELEMETRY_ENDPOINT: 'https://example.com/planted',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=planted',
  });
  expect(JSON.stringify({ telemetry, otel })).not.toContain('planted');
});

test('what was said is captured only where spans are asked to hold it, in any spelling that others take', () => {
  const name = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
  const captured = (text: string) => configOf({ [name]: text }).otel.captureContent;
  expect(configOf({}).otel.captureContent).toBe(false);
  expect(['NO_CONTENT', 'false', 'EVENT_ONLY'].map(captured)).toEqual([false, false, false]);
  expect(['SPAN_ONLY', 'span_and_event', 'True'].map(captured)).toEqual([true, true, true]);
});
