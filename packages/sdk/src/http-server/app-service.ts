import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Attribute,
  type Body,
  CANCELLED,
  type Call,
  codeFromHttpStatus,
  createAttribute,
  NO_BODY,
  type Outcome,
  type Request,
  type Response,
  resetOutcome,
  type Service,
} from "@dualmesh/core";
import { HeldResponse } from "./held-response.ts";

/** One request of the application's own server, on its way through the inbound chain. */
export interface AppExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Hands the request to the application's handlers. */
  readonly deliver: () => void;
  held: HeldResponse | undefined;
}

export const APP_EXCHANGE: Attribute<AppExchange | undefined> = createAttribute<AppExchange | undefined>(
  "app exchange",
  undefined,
);

/**
 * The application in this process as the last service of the inbound chain. Its server has parsed the request; the
 * response is held from its head on until the chain has let it out. Bodies never leave the server: filters that change
 * bytes have no effect on a provider in direct mode.
 */
export const appService: Service<Request, Response> = (request, call) => {
  const exchange = call.get(APP_EXCHANGE);
  if (exchange === undefined)
    throw new TypeError("app service: the call did not come from an application's server");
  const { incoming, outgoing, deliver } = exchange;
  if (request.head.headers.changed) {
    incoming.rawHeaders = request.head.headers.flat() as string[];
    // Read anew from the raw fields when next asked for.
    incoming.headers = undefined as unknown as IncomingMessage["headers"];
  }
  incoming.url = request.head.path;
  return new Promise((resolve) => {
    exchange.held = new HeldResponse(outgoing, (status, headers) => {
      resolve({ head: { status, headers }, body: OWN_BODY });
    });
    observeEnd(outgoing, call);
    deliver();
  });
};

/** Stands for the body that the application writes to its own server. */
export const OWN_BODY: Body = { ...NO_BODY };

function observeEnd(outgoing: ServerResponse, call: Call): void {
  outgoing.once("close", () => {
    const status = outgoing.statusCode;
    if (outgoing.writableFinished) {
      call.end(executedOutcome(status));
    } else {
      call.cancel(CANCELLED);
      call.end(resetOutcome(CANCELLED, status));
    }
  });
}

function executedOutcome(status: number): Outcome {
  return {
    code: codeFromHttpStatus(status),
    status,
    flag: "",
    details: "via_upstream",
    execution: "executed",
  };
}
