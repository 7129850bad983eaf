import { findRequest, type Storage } from '@nexus/storage';
import { toServiceError } from '../to-service-error.ts';

/** An id of 1970: no partition is that old, so looking for it asks for the schema and reads nothing. */
const NOBODYS_ID = '00000000-0000-7000-8000-000000000000';

/** Whether the database answers and is migrated. */
export async function checkStorage(storage: Storage): Promise<boolean> {
  try {
    await findRequest(storage, NOBODYS_ID);
    return true;
  } catch (failure) {
    if (toServiceError(failure).code === 'storage-unavailable') return false;
    throw failure;
  }
}
