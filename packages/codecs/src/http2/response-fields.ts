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

/** No value has them (RFC 9113, section 8.2.1). */
const NOT_IN_VALUES = /[\0\r\n]/;

/** Names that were found to be in order: a server's are few. Bounded, since a hostile one's are not. */
const knownNames = new Set<string>();
const MAX_KNOWN_NAMES = 1_000;

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

/** Why a list is none of ordinary fields; `undefined` if it is. */
export function checkFields(fields: readonly string[]): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (!knownNames.has(name)) {
      if (!NAME.test(name) || OF_CONNECTIONS.has(name)) return `${JSON.stringify(name)} is no field of it`;
      if (knownNames.size < MAX_KNOWN_NAMES) knownNames.add(name);
    }
    if (NOT_IN_VALUES.test(fields[i + 1] as string)) return `a control character in ${JSON.stringify(name)}`;
  }
  return undefined;
}
