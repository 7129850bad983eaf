import { expect, test } from 'bun:test';
import { loadConfig } from '@nexus/config';
import { toExportSettings } from './export-settings.ts';
import { toServerAddress } from './server-address.ts';

function settingsOf(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env, file: null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return toExportSettings(loaded.config, { version: '1.2.3', instanceId: 'this-one' });
}

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/base/' };

test('nothing is told to anybody unless an address is given', () => {
  expect(settingsOf({})).toBeNull();
  expect(settingsOf({ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBeNull();
});

test('one endpoint gets the path of each signal, an endpoint of one signal is taken as it is', () => {
  expect(settingsOf(ENDPOINT)?.otlp).toMatchObject({
    tracesUrl: 'https://otlp.example.com/base/v1/traces',
    metricsUrl: 'https://otlp.example.com/base/v1/metrics',
  });
  expect(settingsOf({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/' })?.otlp).toMatchObject({
    tracesUrl: 'https://traces.example.com/',
    metricsUrl: null,
  });
});

test('what OpenTelemetry’s own switches turn off is off', () => {
  expect(settingsOf({ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toBeNull();
  expect(settingsOf({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' })).toBeNull();
  expect(settingsOf({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' })?.otlp?.tracesUrl).toBeNull();
  expect(settingsOf({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toBeNull();
});

test('headers and attributes are decoded, and say who this is in any case', () => {
  const otlp = settingsOf({
    ...ENDPOINT,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc%3D, x-tenant = ours ,',
    OTEL_RESOURCE_ATTRIBUTES: 'team=caf%C3%A9,discount=100%,service.name=other',
    OTEL_SERVICE_NAME: 'nexus',
  })?.otlp;
  expect(otlp?.headers).toEqual({ authorization: 'Bearer abc=', 'x-tenant': 'ours' });
  expect(otlp?.resource).toEqual({
    team: 'café',
    discount: '100%',
    'service.name': 'nexus',
    'service.version': '1.2.3',
    'service.instance.id': 'this-one',
  });
});

test('the address of the model is that of Claude, with its port', () => {
  expect(toServerAddress(settingsOf(ENDPOINT)?.upstreamUrl ?? '')).toEqual({ address: 'api.anthropic.com', port: 443 });
  expect(toServerAddress('http://127.0.0.1:4010/path')).toEqual({ address: '127.0.0.1', port: 4010 });
  expect(toServerAddress('http://claude.internal')).toEqual({ address: 'claude.internal', port: 80 });
});

test('reports go out where TELEMETRY_ENDPOINT is set and nobody switched them off', () => {
  const env = { TELEMETRY_ENDPOINT: 'https://t.example.com/in?key=1' };
  expect(settingsOf(env)).toMatchObject({ otlp: null, reportsUrl: 'https://t.example.com/in?key=1' });
  expect(settingsOf({ ...env, TELEMETRY_ENABLED: 'false' })).toBeNull();
});
