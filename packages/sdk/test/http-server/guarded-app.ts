import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  type Call,
  type Clock,
  type Filter,
  type Request,
  type Response,
  stack,
  systemClock,
} from "@dualmesh/core";
import { appService } from "../../src/app-service.ts";
import { guardServer } from "../../src/http-server/guard-server.ts";

export interface GuardedApp extends AsyncDisposable {
  readonly port: number;
  /** The calls that the chain has seen. */
  readonly calls: readonly Call[];
  ask(options?: AskOptions): Promise<AppAnswer>;
}

export interface AskOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AppAnswer {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A filter that only looks on. */
export const LOOK: Filter<Request, Response> = (next) => (request, call) => next(request, call);

/** A real server of an application, behind one filter. */
export async function guardedApp(
  app: RequestListener,
  filter: Filter<Request, Response> = LOOK,
  options: {
    readonly clock?: Clock;
    readonly isSidecar?: (mark: string) => boolean;
    /** Nothing stands before it. */
    readonly isBare?: boolean;
    readonly prepare?: (server: ReturnType<typeof createServer>) => void;
  } = {},
): Promise<GuardedApp> {
  const server = createServer(app);
  options.prepare?.(server);
  const calls: Call[] = [];
  const chain = stack<Request, Response>()
    .use("watch", (next) => (given, call) => {
      calls.push(call);
      return next(given, call);
    })
    .use("filter", filter)
    .to(appService);
  guardServer(server, {
    chain: () => (options.isBare === true ? undefined : chain),
    isSidecar: options.isSidecar ?? (() => false),
    clock: options.clock ?? systemClock,
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    calls,
    ask: (asked) => ask(port, asked),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function ask(
  port: number,
  { method = "GET", path = "/", headers = {}, body }: AskOptions = {},
): Promise<AppAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (incoming) => {
      const { statusCode: status = 0, statusMessage = "", headers: answered, rawHeaders } = incoming;
      text(incoming).then(
        (all) => resolve({ status, statusMessage, headers: answered, rawHeaders, body: all }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** A filter that lets answers wait, as those do that ask somebody else. */
export const SLOW: Filter<Request, Response> = (next) => async (given, call) => {
  const response = await next(given, call);
  await new Promise((resolve) => setImmediate(resolve));
  return response;
};

/** Type of what an application's handler gets as its answer. */
export type Outgoing = ServerResponse;
