import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Attribute,
  type Body,
  createAttribute,
  NO_BODY,
  type Request,
  type Response,
  type Service,
} from "@dualmesh/core";
import { HeldResponse } from "./held-response.ts";
import { replaceFields } from "./replace-fields.ts";

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
  const { headers, authority, path } = request.head;
  if (authority !== (headers.get("host") ?? "")) headers.set("host", authority);
  if (headers.changed) replaceFields(incoming, headers.flat());
  incoming.url = path;
  return new Promise((resolve) => {
    exchange.held = new HeldResponse(outgoing, (status, headers) => {
      resolve({ head: { status, headers }, body: OWN_BODY });
    });
    deliver();
  });
};

/** Stands for the body that the application writes to its own server. */
export const OWN_BODY: Body = { ...NO_BODY };
