import { z } from 'zod';
import { ApiErrorBody } from './api-error.ts';
import { LiveEvent } from './live-events.ts';
import { toInputPlaces } from './operation-input.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import type { PlainRoute } from './routes.ts';

type Json = Readonly<Record<string, unknown>>;
type Components = Record<string, unknown>;

export interface OpenApiSource {
  readonly version: string;
  readonly operations: Readonly<Record<string, OperationDeclaration>>;
  readonly routes: readonly PlainRoute[];
}

const LOCKS = [{ dashboardKey: [] }, { apiKey: [] }, { bearer: [] }, { session: [] }];

/** The OpenAPI 3.1 document of the API, from the declarations that the routes and the client come from. */
export function toOpenApi({ version, operations, routes }: OpenApiSource): Json {
  const components: Components = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, declaration] of Object.entries(operations)) {
    const path = declaration.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[declaration.method.toLowerCase()] = toOperation(name, declaration, components);
  }
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = toPlainOperation(route, components);
  }
  // Named here because no JSON answer refers to it: the feed's events are the data lines of `/sse`.
  toSchema(LiveEvent, 'output', components);
  const error = toSchema(ApiErrorBody, 'output', components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claude Nexus API',
      version,
      summary: 'What passed between your Claude clients and Claude, and what passes now.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components,
      responses: { Error: { description: 'Refused or failed.', content: { 'application/json': { schema: error } } } },
      securitySchemes: {
        dashboardKey: { type: 'apiKey', in: 'header', name: 'X-Dashboard-Key' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'nexus_session',
          description: 'The name ends in eight more characters of the gateway, so that two on one host stay apart.',
        },
      },
    },
  };
}

function toOperation(name: string, declaration: OperationDeclaration, components: Components): Json {
  const places = toInputPlaces(declaration);
  const input = toSchema(declaration.input, 'input', components);
  const parameters = [
    ...places.path.map((field) => toParameter({ field, place: 'path', input })),
    ...places.query.map((field) => toParameter({ field, place: 'query', input })),
  ];
  return {
    operationId: name,
    tags: [name.split('.')[0]],
    summary: declaration.about,
    'x-nexus-scope': declaration.scope,
    ...(declaration.deprecated === undefined ? {} : { deprecated: true }),
    security: LOCKS,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...toRequestBody(declaration, toBodySchema(input, places.body)),
    responses: {
      200: declaration.output
        ? toJsonAnswer(declaration, toSchema(declaration.output, 'output', components))
        : { description: 'The bytes.', content: { 'application/octet-stream': { schema: {} } } },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function toJsonAnswer({ csv }: OperationDeclaration, schema: Json): Json {
  const table = csv === undefined ? {} : { 'text/csv': { schema: { type: 'string' } } };
  return { description: 'Done.', content: { 'application/json': { schema }, ...table } };
}

function toRequestBody({ method, upload }: OperationDeclaration, schema: Json): Json {
  if (upload) return { requestBody: { required: true, content: { [upload.mediaType]: { schema: {} } } } };
  return method === 'POST' ? { requestBody: toJsonContent(schema, true) } : {};
}

function toPlainOperation(route: PlainRoute, components: Components): Json {
  const output = route.output ? toSchema(route.output, 'output', components) : toTextSchema(route.mediaType);
  return {
    operationId: `${route.method.toLowerCase()} ${route.path}`,
    tags: ['gateway'],
    summary: route.about,
    security: route.locked ? LOCKS : [],
    ...(route.body ? { requestBody: toJsonContent(toSchema(route.body, 'input', components), true) } : {}),
    responses: {
      200: { description: 'Done.', content: { [route.mediaType]: { schema: output } } },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function toTextSchema(mediaType: string): Json {
  return mediaType === 'application/json' ? { type: 'object' } : { type: 'string' };
}

function toParameter(source: { field: string; place: 'path' | 'query'; input: Json }): Json {
  const { field, place, input } = source;
  const required = place === 'path' || (Array.isArray(input['required']) && input['required'].includes(field));
  return { name: field, in: place, required, schema: toProperties(input)[field] ?? {} };
}

function toBodySchema(input: Json, fields: readonly string[]): Json {
  const properties = toProperties(input);
  const required = Array.isArray(input['required']) ? input['required'].filter((name) => fields.includes(name)) : [];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, properties[field] ?? {}])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function toJsonContent(schema: unknown, required = false): Json {
  return { ...(required ? { required } : {}), content: { 'application/json': { schema } } };
}

/** A schema in JSON Schema 2020-12; named parts (`meta.id`) move to the components that all operations share. */
function toSchema(shape: z.ZodType, io: 'input' | 'output', components: Components): Json {
  const {
    $schema: _dialect,
    $defs,
    ...schema
  } = toObject(
    JSON.parse(JSON.stringify(z.toJSONSchema(shape, { io })).replaceAll('"#/$defs/', '"#/components/schemas/')),
  );
  Object.assign(components, toObject($defs));
  const id = shape.meta()?.id;
  if (id === undefined) return schema;
  components[id] = schema;
  return { $ref: `#/components/schemas/${id}` };
}

function toProperties(schema: Json): Json {
  return toObject(schema['properties']);
}

function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
