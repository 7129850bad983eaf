import { toBytesAnswer, toErrorAnswer, toJsonAnswer } from '../answer.ts';
import { toPage } from './models.ts';
import type { Route, RouteContext } from './route.ts';

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly createdAtMs: number;
}

const filesMax = 200;

/** The files API: upload (multipart), list, metadata, content, delete. */
export function createFilesRoute(files: Map<string, StoredFile>): Route {
  return (context) => {
    const { request, url, requestId } = context;
    if (request.path !== '/v1/files' && !request.path.startsWith('/v1/files/')) return null;
    const [id, part] = request.path.slice('/v1/files/'.length).split('/');
    if (id === undefined || id === '') {
      if (request.method === 'POST') return upload(context);
      return toJsonAnswer(200, toPage([...files.values()].map(toMetadata), url.searchParams));
    }
    const file = files.get(id);
    if (file === undefined) return toErrorAnswer(404, `File not found: ${id}`, { requestId });
    if (request.method === 'DELETE') {
      files.delete(id);
      return toJsonAnswer(200, { id, type: 'file_deleted' });
    }
    if (part === 'content') return toBytesAnswer(200, file.bytes, [['content-type', file.mediaType]]);
    return toJsonAnswer(200, toMetadata(file));
  };

  function upload({ request, requestId, nowMs }: RouteContext) {
    const part = parseUpload(request.header('content-type') ?? '', request.body);
    if (part === null) return toErrorAnswer(400, 'file: Field required', { requestId });
    if (files.size >= filesMax) files.clear();
    const file = { ...part, id: requestId.replace('req_', 'file_'), createdAtMs: nowMs };
    files.set(file.id, file);
    return toJsonAnswer(200, toMetadata(file));
  }
}

function toMetadata(file: StoredFile) {
  return {
    type: 'file',
    id: file.id,
    filename: file.name,
    mime_type: file.mediaType,
    size_bytes: file.bytes.length,
    created_at: new Date(file.createdAtMs).toISOString(),
    downloadable: true,
  };
}

/** The part named `file` of a multipart body; null where there is none. */
function parseUpload(contentType: string, body: Buffer): Pick<StoredFile, 'name' | 'mediaType' | 'bytes'> | null {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  for (let start = body.indexOf(mark); start !== -1;) {
    const end = body.indexOf(mark, start + mark.length);
    const headEnd = body.indexOf('\r\n\r\n', start);
    if (end === -1 || headEnd === -1 || headEnd > end) return null;
    const head = body.toString('utf8', start, headEnd);
    if (/name="?file"?/i.test(head)) {
      return {
        name: /filename="([^"]*)"/i.exec(head)?.[1] ?? 'file',
        mediaType: /content-type:\s*(\S+)/i.exec(head)?.[1] ?? 'application/octet-stream',
        bytes: body.subarray(headEnd + 4, end - 2),
      };
    }
    start = end;
  }
  return null;
}
