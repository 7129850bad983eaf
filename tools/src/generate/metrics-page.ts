import { METRICS, type MetricDeclaration } from '@nexus/contract';
import { toMarkdownTable } from './markdown-table.ts';

const HEAD = `# Metrics

<!-- Generated from packages/contract/src/metrics.ts by \`bun run generate\`. -->

\`GET /metrics\` on \`PORT\` is a page for Prometheus, locked like the API: send \`DASHBOARD_API_KEY\`, a client key
with the scope \`read\`, or, so that a scraper holds no more than it needs, \`NEXUS_METRICS_TOKEN\`. With \`METRICS_PORT\` the same page
stands on a port of its own, where nothing else is answered; it asks for the token only where one is set, so keep that port away
from strangers.

    NEXUS_METRICS_TOKEN=a-long-random-text bun start
    curl -H 'Authorization: Bearer a-long-random-text' http://localhost:3000/metrics

\`\`\`yaml
scrape_configs:
  - job_name: claude-nexus
    authorization: { credentials: a-long-random-text }
    static_configs: [{ targets: ['localhost:3000'] }]
\`\`\`

Scrapers that ask for it (\`Accept: application/openmetrics-text\`, as Prometheus does by itself) get the same series as OpenMetrics 1.0, where
buckets of how long requests took have exemplars: \`request_id\`, the end of the address of a request's page in the dashboard, and \`trace_id\` where
it became a [trace](tracing.md). Prometheus keeps them with \`--enable-feature=exemplar-storage\`, and Grafana draws them as dots that lead there.

Labels are bounded. A model has a series of its own once it answered under its name; 100 of them, then \`other\`. Paths are templates
(\`/v1/files/{id}\`), with \`/v1/*\` and \`/*\` for what has no name. An account is called by its id, or by a hash of it where that is an
e-mail address. No label ever holds a key, a session, a user or anything that was said. \`endpoint\`, \`model\` and the like never have more than
120 values, and no name more than 1,000 series.

Requests are counted in the recorder's thread once they have a record, and a scrape asks that thread: what ended before the scrape
is on it. Where the thread was started again, its counters begin anew, which \`rate()\` allows for.

Alert rules stand in [deploy/prometheus/alerts.yml](../deploy/prometheus/alerts.yml), a dashboard for Grafana in
[deploy/grafana/claude-nexus.json](../deploy/grafana/claude-nexus.json); import it and choose your Prometheus.

What the runtime tells of the process (\`process_…\`, \`nodejs_…\`) stands beside these. Traces, and metrics for OpenTelemetry:
[tracing.md](tracing.md).
`;

/** docs/metrics.md */
export function toMetricsPage(): string {
  const metrics: [string, MetricDeclaration][] = Object.entries(METRICS);
  const rows = metrics.map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.length === 0 ? '–' : labels.map((label) => `\`${label}\``).join(' '),
    help,
  ]);
  return `${HEAD}
${toMarkdownTable(['name', 'type', 'labels', 'what it says'], rows)}
`;
}
