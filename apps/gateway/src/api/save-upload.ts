import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError, type OperationDeclaration } from '@nexus/contract';

/** A file that a call brought, on disk until `drop`. */
export interface SavedUpload {
  readonly file: string;
  drop(): Promise<void>;
}

export interface UploadPlace {
  readonly dataDir: string;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Uploads on disk at once: each may take half a gigabyte. */
const UPLOADS_MAX = 4;
/** A process that was killed leaves its file; no call takes this long. */
const STALE_MS = 3_600_000;

/**
 * Writes the body of a call to a file as it comes, so that no more than a piece of it is in memory.
 * @throws {GatewayError} `field-invalid` where it is not of the declared type (a form of another site cannot be),
 *   `body-too-large`, `limit-reached`.
 */
export async function saveUpload(
  request: Request,
  { mediaType, bytesMax }: NonNullable<OperationDeclaration['upload']>,
  { dataDir, newId, clock }: UploadPlace,
): Promise<SavedUpload> {
  if (request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== mediaType) {
    throw new GatewayError('field-invalid', { publicMessage: `content-type: must be ${mediaType}` });
  }
  const folder = path.join(dataDir, 'uploads');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await makeRoom(folder, clock());
  const file = path.join(folder, newId());
  const drop = (): Promise<void> => rm(file, { force: true });
  try {
    await writePieces(request, { file, bytesMax });
    return { file, drop };
  } catch (failure) {
    await drop();
    throw failure;
  }
}

async function writePieces(request: Request, { file, bytesMax }: { readonly file: string; readonly bytesMax: number }) {
  await using handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      const publicMessage = `The file is larger than ${Math.floor(bytesMax / 1_048_576)} MB.`;
      throw new GatewayError('body-too-large', { publicMessage });
    }
    await handle.writeFile(piece);
  }
}

async function makeRoom(folder: string, nowMs: number): Promise<void> {
  let count = 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const changedAtMs = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => nowMs,
    );
    if (nowMs - changedAtMs > STALE_MS) await rm(file, { force: true });
    else count += 1;
  }
  if (count >= UPLOADS_MAX) throw new GatewayError('limit-reached');
}
