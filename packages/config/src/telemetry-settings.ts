import { z } from 'zod';
import { toMs, toSecret } from './setting-shapes.ts';

/** What others may know of this program: a page of metrics, and a report of each request. */
export const TelemetrySettings = z
  .strictObject({
    metricsPort: z.int().min(0).max(65_535).nullable().default(null).meta({
      env: 'METRICS_PORT',
      about:
        'Port that answers `/metrics` and nothing else, on HOST, without a key unless NEXUS_METRICS_TOKEN is set. Absent: there is none. 0 takes any free port.',
      example: '9464',
    }),
    metricsToken: toSecret(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable characters without blanks').meta({
      env: 'NEXUS_METRICS_TOKEN',
      about:
        'Opens `/metrics` alone, as Bearer: what a scraper needs and no more. Where it is set, METRICS_PORT asks for it too.',
      secret: true,
      example: 'a-long-random-text',
    }),
    endpoint: toSecret(/^https?:\/\/\S+$/, 'an http or https URL').meta({
      env: 'TELEMETRY_ENDPOINT',
      about: 'URL to which a short JSON report of each request is posted. Absent: nothing is reported.',
      secret: true,
      example: 'https://telemetry.example.com/requests',
    }),
    reportsEnabled: z.boolean().default(true).meta({
      env: 'TELEMETRY_ENABLED',
      about: 'Whether reports go to TELEMETRY_ENDPOINT.',
    }),
  })
  .prefault({})
  .meta({ title: 'Metrics and telemetry' });

const RATIO = /^(0(\.\d+)?|1(\.0+)?|\.\d+)$/;
const HEADERS = /^\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+\s*=[^,]*(,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+\s*=[^,]*)*,?\s*$/;
const PAIRS = /^\s*[^=,\s]+\s*=[^,]*(,\s*[^=,\s]+\s*=[^,]*)*,?\s*$/;

const CAPTURES = /^(no_content|span_only|event_only|span_and_event|true|false)$/i;

/** Traces and metrics for an OpenTelemetry collector, under the names that OpenTelemetry gives to its settings. */
export const OtelSettings = z
  .strictObject({
    disabled: z.boolean().default(false).meta({
      env: 'OTEL_SDK_DISABLED',
      about: 'Sends nothing by OTLP, whatever else is set.',
    }),
    endpoint: toCollectorUrl().meta({
      env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      about:
        'Collector that traces and metrics are sent to; `/v1/traces` and `/v1/metrics` are added. Absent: nothing is sent.',
      example: 'http://localhost:4318',
    }),
    tracesEndpoint: toCollectorUrl().meta({
      env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      about: 'URL for traces, taken as it is, in place of OTEL_EXPORTER_OTLP_ENDPOINT.',
      example: 'http://localhost:4318/v1/traces',
    }),
    metricsEndpoint: toCollectorUrl().meta({
      env: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
      about: 'URL for metrics, taken as it is, in place of OTEL_EXPORTER_OTLP_ENDPOINT.',
      example: 'http://localhost:4318/v1/metrics',
    }),
    headers: toSecret(HEADERS, 'pairs such as `api-key=secret`, separated by commas').meta({
      env: 'OTEL_EXPORTER_OTLP_HEADERS',
      about: 'Headers for the collector: `name=value`, separated by commas, values percent-encoded.',
      secret: true,
      example: 'authorization=Bearer%20secret',
    }),
    protocol: z.enum(['http/protobuf', 'http/json', 'grpc']).default('http/protobuf').meta({
      env: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      about: 'How OTLP is written. With `grpc`, which is not spoken here, nothing is sent, and the log says so.',
    }),
    compression: z.enum(['none', 'gzip']).default('none').meta({
      env: 'OTEL_EXPORTER_OTLP_COMPRESSION',
      about: 'Whether posts to the collector are compressed: a tenth of the bytes for some more time of the recorder.',
    }),
    timeoutMs: toMs(10_000).meta({
      env: 'OTEL_EXPORTER_OTLP_TIMEOUT',
      about: 'Longest wait for the collector to take one post, in milliseconds.',
    }),
    tracesExporter: z.string().min(1).default('otlp').meta({
      env: 'OTEL_TRACES_EXPORTER',
      about: '`otlp` sends traces; `none`, and whatever is not known here, does not.',
    }),
    metricsExporter: z.string().min(1).default('otlp').meta({
      env: 'OTEL_METRICS_EXPORTER',
      about: '`otlp` sends metrics; `none`, and whatever is not known here, does not. `/metrics` is there either way.',
    }),
    metricsEveryMs: toMs(60_000).meta({
      env: 'OTEL_METRIC_EXPORT_INTERVAL',
      about: 'How often metrics are sent, in milliseconds.',
    }),
    captureContent: z
      .string()
      .regex(CAPTURES, 'must be one of no_content, span_only, event_only, span_and_event, true, false')
      .transform((text) => /^(span_only|span_and_event|true)$/i.test(text))
      .prefault('no_content')
      .meta({
        env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
        about:
          'Whether traces hold what was said. Off by default. `span_only`, `span_and_event` and `true` put messages on spans, with secrets masked; events are not sent.',
        example: 'span_only',
      }),
    contentBytesMax: z.int().min(1_024).max(1_048_576).default(65_536).meta({
      env: 'NEXUS_OTEL_CONTENT_BYTES_MAX',
      about:
        'How much of what was said one trace may hold, in bytes: the answer, then the newest messages. Only where it is captured at all.',
    }),
    serviceName: z.string().min(1).max(255).default('claude-nexus').meta({
      env: 'OTEL_SERVICE_NAME',
      about: 'What this program is called in traces and metrics.',
    }),
    resourceAttributes: z
      .string()
      .max(10_000)
      .refine(
        (text) => text.trim() === '' || PAIRS.test(text),
        'must be pairs such as `deployment.environment.name=prod`',
      )
      .default('')
      .meta({
        env: 'OTEL_RESOURCE_ATTRIBUTES',
        about: 'What else to say of this program: `name=value`, separated by commas, values percent-encoded.',
        example: 'deployment.environment.name=production',
      }),
    sampler: z
      .enum([
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ])
      .default('parentbased_always_on')
      .meta({
        env: 'OTEL_TRACES_SAMPLER',
        about:
          'Which requests become traces. `parentbased_…` does as the caller’s `traceparent` says, where there is one.',
      }),
    samplerRatio: z
      .string()
      .regex(RATIO, 'must be a number from 0 to 1, such as 0.1')
      .transform(Number)
      .prefault('1')
      .meta({
        env: 'OTEL_TRACES_SAMPLER_ARG',
        about: 'Share of requests that a `…traceidratio` sampler takes, from 0 to 1.',
        example: '0.1',
      }),
  })
  .prefault({})
  .meta({ title: 'OpenTelemetry' });

function toCollectorUrl() {
  return z
    .string()
    .refine(isPlainUrl, 'must be an http or https URL without a password in it')
    .nullable()
    .default(null);
}

/** A password belongs into the headers, which are kept secret. */
function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
