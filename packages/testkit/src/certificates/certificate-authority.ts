import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { SocketAddress } from "node:net";
import { bits, element, integer, octets, oid, sequence, set, text, time, yes } from "./der.ts";

export interface CertificateOptions {
  /** Default `test`. */
  readonly commonName?: string;
  readonly dns?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
  readonly ip?: readonly string[];
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in an hour. */
  readonly notAfter?: Date;
}

/** A certificate with its key, both in PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** An authority that lives as long as its test: its key is made here, and never written anywhere. */
export interface CertificateAuthority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** Certificates are for servers and clients alike. */
  issue(options?: CertificateOptions): IssuedCertificate;
}

const HOUR_MS = 3_600_000;

/** ecdsa-with-SHA256 (RFC 5758, section 3.2). */
const ALGORITHM = sequence(oid("1.2.840.10045.4.3.2"));

/** Makes an authority; Node can read certificates, and makes none. Keys are of P-256. */
export function createCertificateAuthority(commonName = "test authority"): CertificateAuthority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { commonName, privateKey: own.privateKey };
  const purpose = [
    extension("2.5.29.19", true, sequence(yes)),
    // keyCertSign and cRLSign.
    extension("2.5.29.15", true, bits(Buffer.of(0b0000_0110), 1)),
  ];
  return {
    certificate: signed(issuer, own.publicKey, { commonName }, purpose),
    issue(options = {}) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return {
        certificate: signed(issuer, publicKey, options, [...LEAF, ...alternativeNames(options)]),
        privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      };
    },
  };
}

/** A certificate that nobody vouches for but itself. */
export function createSelfSignedCertificate(options: CertificateOptions = {}): IssuedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { commonName = "test" } = options;
  const extensions = [...LEAF, ...alternativeNames(options)];
  return {
    certificate: signed({ commonName, privateKey }, publicKey, options, extensions),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

const LEAF: readonly Buffer[] = [
  extension("2.5.29.19", true, sequence()),
  // digitalSignature.
  extension("2.5.29.15", true, bits(Buffer.of(0b1000_0000), 7)),
  // serverAuth and clientAuth.
  extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"))),
];

/** @see RFC 5280, section 4.1 */
function signed(
  issuer: { readonly commonName: string; readonly privateKey: KeyObject },
  publicKey: KeyObject,
  options: CertificateOptions,
  extensions: readonly Buffer[],
): string {
  const { commonName = "test", notBefore, notAfter } = options;
  const now = Date.now();
  const body = sequence(
    element(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ALGORITHM,
    name(issuer.commonName),
    sequence(time(notBefore ?? new Date(now - HOUR_MS)), time(notAfter ?? new Date(now + HOUR_MS))),
    name(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(body, ALGORITHM, bits(sign("sha256", body, issuer.privateKey)));
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(oid("2.5.4.3"), text(commonName))));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return isCritical ? sequence(oid(id), yes, octets(value)) : sequence(oid(id), octets(value));
}

/** @see RFC 5280, section 4.2.1.6 */
function alternativeNames(options: CertificateOptions): readonly Buffer[] {
  const { dns = [], uri = [], email = [], ip = [] } = options;
  const names = [
    ...email.map((value) => element(0x81, Buffer.from(value))),
    ...dns.map((value) => element(0x82, Buffer.from(value))),
    ...uri.map((value) => element(0x86, Buffer.from(value))),
    ...ip.map((value) => element(0x87, addressBytes(value))),
  ];
  return names.length === 0 ? [] : [extension("2.5.29.17", false, sequence(...names))];
}

function addressBytes(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  // Only `::` and whole groups occur in tests.
  const [front = "", back = ""] = new SocketAddress({ address, family: "ipv6" }).address.split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((one) => Number.parseInt(one, 16));
  const [left, right] = [groups(front), groups(back)];
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
