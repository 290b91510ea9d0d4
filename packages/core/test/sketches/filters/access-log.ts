import type { Filter, Request, Response } from "../../../src/index.ts";

/** One line per call, when it is over. Observes the end, and so sees what happened to the body too. */
export function accessLog(write: (line: string) => void): Filter<Request, Response> {
  return (next) => (request, call) => {
    call.onEnd(({ status, code, flag, execution }) => {
      const { protocol, method, authority, path } = request.head;
      const what = [protocol, method, authority + path].filter((word) => word !== "").join(" ");
      const tookMs = call.clock.now() - call.startMs;
      write(
        `${what} ${status} ${code} ${flag === "" ? "-" : flag} ${execution} attempts=${call.attempt} ${tookMs}ms`,
      );
    });
    return next(request, call);
  };
}
