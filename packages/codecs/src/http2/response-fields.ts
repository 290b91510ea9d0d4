/** Fields that speak of one connection, which HTTP/2 has no place for (RFC 9113, section 8.2.2). */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Lower-case tokens (RFC 9113, section 8.2.1; RFC 9110, section 5.6.2). */
const NAME = /^[!#$%&'*+\-.^_`|~\da-z]+$/;

/** Control bytes (RFC 9113, section 8.2.1; RFC 9110, section 5.5). */
const NOT_IN_VALUES = /[^\t\x20-\x7e\x80-\xff]/;

const BLANKS_AT_ENDS = /^[\t ]+|[\t ]+$/g;

/** Names that were found to be in order: a server's are few and short. Bounded, since a hostile one's are not. */
const knownNames = new Set<string>();
const MAX_KNOWN_NAMES = 1_000;
const MAX_KNOWN_NAME_LENGTH = 64;

/** Of a name that is quoted in an error. */
const MAX_QUOTED = 64;

/** A head of a response, without pseudo-fields. */
export interface ResponseFields {
  readonly status: number;
  readonly fields: string[];
}

/** Reads a head; a text says why it is none. */
export function readResponseFields(list: string[]): ResponseFields | string {
  const status = list[1];
  if (list[0] !== ":status" || status === undefined || !/^[1-9]\d\d$/.test(status))
    return "it has no :status";
  const fields = list.slice(2);
  return checkFields(fields) ?? { status: Number(status), fields };
}

/**
 * Why a list is none of ordinary fields; `undefined` if it is. White space at the ends of values is taken away: by RFC 9113,
 * section 8.2.1, it makes a response malformed, but messages of gRPC may end in it, and Envoy takes it away, too.
 */
export function checkFields(fields: string[]): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (!knownNames.has(name)) {
      if (!isName(name, value)) return `${quoted(name)} is no field of it`;
      if (knownNames.size < MAX_KNOWN_NAMES && name.length <= MAX_KNOWN_NAME_LENGTH && name !== "te")
        knownNames.add(name);
    }
    if (NOT_IN_VALUES.test(value)) return `a control byte in ${quoted(name)}`;
    if (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)))
      fields[i + 1] = value.replaceAll(BLANKS_AT_ENDS, "");
  }
  return undefined;
}

function isName(name: string, value: string): boolean {
  // The only one with a value that may be (RFC 9113, section 8.2.2).
  if (name === "te") return value === "trailers";
  return NAME.test(name) && !OF_CONNECTIONS.has(name);
}

function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name);
}
