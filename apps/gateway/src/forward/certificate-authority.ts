// What `@peculiar/x509` is built on asks for it, and it has to come first.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { LEAF_DAYS } from './leaf-days.ts';

/** A certificate for one host, with its key, as a TLS server takes them. */
export interface LeafCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The certificate authority of this installation: whoever trusts it lets this gateway answer for any host. */
export interface CertificateAuthority {
  /** What a client has to trust. */
  readonly certificatePem: string;
  /** Good for {@link LEAF_DAYS}. */
  issue(host: string): Promise<LeafCertificate>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Clocks of clients may be behind ours. */
const BEFORE_MS = DAY_MS;

/** The file in which the authority is kept: its key and its certificate, its owner's alone. */
export function toAuthorityFile(dataDir: string): string {
  return path.join(dataDir, 'secrets', 'forward-ca.pem');
}

/** The authority of `dataDir`, made at the first call. @throws {Error} where it cannot be read or written. */
export async function openCertificateAuthority(dataDir: string, clock: () => number): Promise<CertificateAuthority> {
  const file = toAuthorityFile(dataDir);
  const text = (await readText(file)) ?? (await makeAuthority(file, clock()));
  const [privateKey, certificate] = await readAuthority(text, file);
  const leafKeys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', leafKeys.privateKey), 'PRIVATE KEY');
  return {
    certificatePem: certificate.toString('pem'),
    issue: async (host) => {
      const leaf = await X509CertificateGenerator.create({
        serialNumber: newSerial(),
        subject: [{ CN: [host.slice(0, COMMON_NAME_CHARS_MAX)] }],
        issuer: certificate.subjectName,
        ...toSpan(clock(), LEAF_DAYS),
        signingAlgorithm: ALGORITHM,
        signingKey: privateKey,
        publicKey: leafKeys.publicKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension([{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }]),
          await AuthorityKeyIdentifierExtension.create(certificate),
        ],
      });
      return { key, cert: leaf.toString('pem') };
    },
  };
}

/** RFC 5280, appendix A.1: `ub-common-name`. Clients go by the alternative name. */
const COMMON_NAME_CHARS_MAX = 64;

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

async function readAuthority(text: string, file: string): Promise<readonly [CryptoKey, X509Certificate]> {
  try {
    const [keyBytes, certificateBytes] = PemConverter.decode(text);
    if (keyBytes === undefined || certificateBytes === undefined)
      throw new Error('a key and a certificate are expected');
    return [
      await crypto.subtle.importKey('pkcs8', keyBytes, ALGORITHM, false, ['sign']),
      new X509Certificate(certificateBytes),
    ];
  } catch (cause) {
    throw new Error(`The certificate authority in ${file} is damaged; remove it, and a new one is made.`, { cause });
  }
}

/** Written whole beside it, then linked: of several processes that begin at once, all have the same authority. */
async function makeAuthority(file: string, nowMs: number): Promise<string> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    // The date tells the authorities of several installations apart in the list of a system.
    name: [{ O: ['Claude Nexus'] }, { CN: [`Claude Nexus of ${new Date(nowMs).toISOString().slice(0, 10)}`] }],
    ...toSpan(nowMs, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${key}\n${certificate.toString('pem')}\n`, { mode: 0o600, flag: 'wx' });
  await link(draft, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  await rm(draft, { force: true });
  return readFile(file, 'utf8');
}

function toSpan(nowMs: number, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(nowMs - BEFORE_MS), notAfter: new Date(nowMs + days * DAY_MS) };
}

/** Positive and at most 20 bytes long (RFC 5280, section 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
