import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '@nexus/config';

/**
 * The certificate of this installation's authority; its key, which stands in the same file, is not given away.
 * @throws {Error} with what to do where there is none yet.
 */
export async function readAuthority({ storage }: Config): Promise<X509Certificate> {
  const file = path.join(storage.dataDir, 'secrets', 'forward-ca.pem');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(
      `There is no certificate authority in ${file}. It is made when the gateway first starts with FORWARD_PROXY_PORT and NEXUS_FORWARD_INTERCEPT=on.`,
      { cause },
    );
  });
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(text)?.[0];
  if (certificate === undefined)
    throw new Error(`${file} holds no certificate; remove it and start the gateway again.`);
  return new X509Certificate(certificate);
}
