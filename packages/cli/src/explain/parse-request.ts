import { createHeaders, type RequestHead } from "@dualmesh/core";
import { UserError } from "../user-error.ts";

/**
 * The head of a request as a person writes it: `GET http://orders/x` and headers `name: value`.
 *
 * @throws {UserError} saying what was expected.
 */
export function parseRequest(method: string, url: string, headers: readonly string[]): RequestHead {
  if (!/^[A-Z]+$/.test(method))
    throw new UserError(`explain: expected a method such as GET, got "${method}"`);
  const found = /^(https?):\/\/([^/?#]+)([^#]*)$/.exec(url);
  if (found === null) throw new UserError(`explain: expected a URL such as http://orders/, got "${url}"`);
  const [, scheme = "", authority = "", rest = ""] = found;
  const flat = headers.flatMap((line) => {
    const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line);
    if (header === null) throw new UserError(`explain: expected a header "name: value", got "${line}"`);
    return [header[1] as string, header[2] as string];
  });
  return {
    protocol: "http/1.1",
    exchange: "unary",
    method,
    scheme,
    authority,
    path: rest.startsWith("/") ? rest : `/${rest}`,
    headers: createHeaders(flat),
  };
}
