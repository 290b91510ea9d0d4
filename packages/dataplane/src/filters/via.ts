import type { Filter, Headers, Request, Response } from "@dualmesh/core";

/**
 * Signs what passes with the name of a connection manager, in both directions and whoever answers.
 *
 * @see HttpConnectionManager.via
 */
export function via(name: string): Filter<Request, Response> {
  return (next) => (request, call) => {
    if (request.head.method === "") return next(request, call);
    sign(request.head.headers, name);
    return next(request, call).then((response) => {
      sign(response.head.headers, name);
      return response;
    });
  };
}

/** Behind those who signed before (RFC 9110, section 7.6.3). */
function sign(headers: Headers, name: string): void {
  const before = headers.getAll("via").join(", ");
  headers.set("via", before === "" ? name : `${before}, ${name}`);
}
