/** One of a certificate's subject alternative names. */
export interface SubjectAltName {
  /** `DNS`, `URI`, `email`, `IP Address`, and others that nobody asks for. */
  readonly kind: string;
  readonly value: string;
}

/**
 * Reads the names of a certificate from the text that Node gives: `DNS:a.test, URI:spiffe://mesh/a`. A value with anything
 * in it that could be taken for the next name is quoted as JSON is, and must be read so: a certificate could claim any
 * name else.
 *
 * @see Node, CVE-2021-44532
 */
export function readSubjectAltNames(text: string | undefined): readonly SubjectAltName[] {
  const names: SubjectAltName[] = [];
  let rest = text ?? "";
  while (rest !== "") {
    const found = NAME.exec(rest);
    if (found === null) return names;
    const [all, kind = "", quoted, plain = ""] = found;
    names.push({ kind, value: quoted === undefined ? plain : (JSON.parse(quoted) as string) });
    rest = rest.slice(all.length);
  }
  return names;
}

const NAME = /^([^:,"]+):(?:("(?:[^"\\]|\\.)*")|([^,"]*))(?:, |$)/;
