import { OPERATIONS, type OperationDeclaration, PLAIN_ROUTES, type PlainRoute, toInputPlaces } from '@nexus/contract';
import { toMarkdownTable } from './markdown-table.ts';

const HEAD = `# Operations

<!-- Generated from packages/contract/src/operations.ts and routes.ts by \`bun run generate\`. -->

Everything that can be asked of a running gateway, on \`PORT\` and on \`DASHBOARD_PORT\` alike. \`GET /openapi.json\` says the
same with every field of every answer. Send \`DASHBOARD_API_KEY\` as \`X-Dashboard-Key\`, \`X-API-Key\` or
\`Authorization: Bearer\`; a browser that is signed in sends its cookie.

    curl -H "X-Dashboard-Key: $DASHBOARD_API_KEY" 'http://localhost:3000/api/requests?limit=10'
`;

/** docs/operations.md */
export function toOperationsPage(): string {
  const operations: [string, OperationDeclaration][] = Object.entries(OPERATIONS);
  const rows = operations.map(([name, operation]) => [
    `\`${name}\``,
    `\`${operation.method} ${operation.path}\``,
    operation.scope,
    operation.about,
    toFieldsText(operation),
  ]);
  const routes: readonly PlainRoute[] = PLAIN_ROUTES;
  const routeRows = routes.map((route) => [
    `\`${route.method} ${route.path}\``,
    route.locked ? 'yes' : 'no',
    route.about,
    `\`${route.mediaType}\``,
  ]);
  return `${HEAD}
## On what is recorded

A field in brackets may be left out. Fields of POST travel as a JSON body, of the others in the query.

${toMarkdownTable(['operation', 'over HTTP', 'scope', 'what it does', 'fields'], rows)}

## On the gateway itself

${toMarkdownTable(['route', 'locked', 'what it does', 'gives'], routeRows)}
`;
}

function toFieldsText(operation: OperationDeclaration): string {
  const places = toInputPlaces(operation);
  const names = [...places.path, ...places.query, ...places.body];
  const fields = names.map((name) => {
    const shape = operation.input.shape[name];
    const isOptional = shape !== undefined && 'safeParse' in shape && shape.safeParse(undefined).success === true;
    return isOptional ? `[\`${name}\`]` : `\`${name}\``;
  });
  return fields.length === 0 ? '–' : fields.join(' ');
}
