import path from 'node:path';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface StaticFiles {
  /** The answer for a file of the build; null where there is none of that name. */
  find(urlPath: string, headers: Headers): Promise<Response | null>;
}

/** Encodings the build leaves beside its files, best first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** The build puts a hash of the content into these names, so they never change what they hold. */
const HASHED = /^\/assets\//;

/** Files of `folder`, compressed at build time; a name that leads out of the folder finds nothing. */
export function createStaticFiles(folder: string): StaticFiles {
  return {
    async find(urlPath, headers) {
      const file = toFile(folder, urlPath);
      const plain = file === null ? null : Bun.file(file);
      if (file === null || plain === null || !(await plain.exists())) return null;

      const etag = `W/"${plain.lastModified.toString(36)}-${plain.size.toString(36)}"`;
      const answerHeaders = {
        ...SECURITY_HEADERS,
        'content-type': plain.type,
        'cache-control': HASHED.test(urlPath) ? 'public, max-age=31536000, immutable' : 'no-cache',
        vary: 'accept-encoding',
        etag,
      };
      if (headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: answerHeaders });
      const encoded = await findEncoded(file, headers.get('accept-encoding') ?? '');
      return encoded === null
        ? new Response(plain, { headers: answerHeaders })
        : new Response(encoded.file, { headers: { ...answerHeaders, 'content-encoding': encoded.name } });
    },
  };
}

function toFile(folder: string, urlPath: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (name.includes('\0') || name.includes('\\') || name.split('/').some((part) => part.startsWith('.'))) return null;
  const file = path.join(folder, name);
  return file.startsWith(`${folder}${path.sep}`) && !name.endsWith('/') ? file : null;
}

async function findEncoded(file: string, accepted: string) {
  for (const { name, suffix } of ENCODINGS) {
    if (!isAccepted(accepted, name)) continue;
    const encoded = Bun.file(file + suffix);
    if (await encoded.exists()) return { name, file: encoded };
  }
  return null;
}

/** Whether `name` is listed and not switched off by `q=0`. */
function isAccepted(header: string, name: string): boolean {
  return header.split(',').some((part) => {
    const [token = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return token === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
