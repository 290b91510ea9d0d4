import type { Http2Server } from "node:http2";
import { type Call, type Filter, type Request, type Response, stack, systemClock } from "@dualmesh/core";
import type * as grpc from "@grpc/grpc-js";
import { appService } from "../../src/app-service.ts";
import { guardHttp2Server } from "../../src/http2-server/guard-http2-server.ts";
import { installAccept, isHttp2Server } from "../../src/install-accept.ts";
import { type EchoClient, echoClient } from "../grpc/echo-client.ts";
import { type ECHO_HANDLERS, startEcho } from "../grpc/echo-service.ts";

export interface GuardedEcho extends AsyncDisposable {
  readonly port: number;
  readonly client: EchoClient;
  /** The calls that the chain has seen. */
  readonly calls: readonly Call[];
}

/** A real grpc-js server of an application, behind one filter. */
export async function guardedEcho(
  filter: Filter<Request, Response>,
  handlers: Partial<Record<keyof typeof ECHO_HANDLERS, grpc.UntypedHandleCall>> = {},
  isSidecar: (mark: string) => boolean = () => false,
): Promise<GuardedEcho> {
  const calls: Call[] = [];
  const chain = stack<Request, Response>()
    .use("watch", (next) => (given, call) => {
      calls.push(call);
      return next(given, call);
    })
    .use("filter", filter)
    .to(appService);
  // grpc-js shows its server of HTTP/2 to nobody.
  using _accept = installAccept((server) => {
    if (isHttp2Server(server)) guard(server);
  });
  const guard = (server: Http2Server): void => {
    guardHttp2Server(server, { chain: () => chain, isSidecar, clock: systemClock });
  };
  const echo = await startEcho(handlers);
  const client = echoClient(`127.0.0.1:${echo.port}`);
  return {
    port: echo.port,
    client,
    calls,
    async [Symbol.asyncDispose]() {
      client.close();
      await echo[Symbol.asyncDispose]();
    },
  };
}
