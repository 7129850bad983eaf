import { GatewayError } from '@nexus/contract';
import { findKey, type Storage, type SubjectKind } from '@nexus/storage';
import { toDomainName } from '../domain/to-domain-name.ts';

/**
 * The subject of a limit or budget as it is kept. A user and a project are whatever keys say that they belong to.
 * @throws {GatewayError} `field-invalid` or `key-absent` where there can be no such subject.
 */
export async function requireSubject(storage: Storage, kind: SubjectKind, subject: string): Promise<string> {
  switch (kind) {
    case 'global':
      if (subject !== '*') throw toError('subject: must be * for everybody');
      return subject;
    case 'domain': {
      const domain = toDomainName(subject);
      if (domain === null) throw toError('subject: must be a host name without port, such as team.example.com');
      return domain;
    }
    case 'key': {
      if (!UUID.test(subject)) throw toError('subject: must be the id of a key');
      const key = await findKey(storage, subject);
      if (key === null) throw new GatewayError('key-absent', { detail: { keyId: subject } });
      return key.keyId;
    }
    case 'user':
    case 'project':
      return subject;
    default:
      return kind satisfies never;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function toError(publicMessage: string): GatewayError {
  return new GatewayError('field-invalid', { publicMessage });
}
