import {
  type Attribute,
  type Body,
  createAttribute,
  NO_BODY,
  type Request,
  type RequestHead,
  type Response,
  type ResponseHead,
  type Service,
} from "@dualmesh/core";

/** One request of an application's own server, on its way through the inbound chain. */
export interface AppExchange {
  /**
   * Hands the request to the application's handlers, with the head as the chain left it, and settles with the head of
   * their response, which is held until the chain has let it out.
   */
  deliver(head: RequestHead): Promise<ResponseHead>;
}

export const APP_EXCHANGE: Attribute<AppExchange | undefined> = createAttribute<AppExchange | undefined>(
  "app exchange",
  undefined,
);

/**
 * The application in this process as the last service of the inbound chain. Its server has parsed the request. Bodies
 * never leave the server: filters that change bytes have no effect on a provider in direct mode.
 */
export const appService: Service<Request, Response> = async (request, call) => {
  const exchange = call.get(APP_EXCHANGE);
  if (exchange === undefined)
    throw new TypeError("app service: the call did not come from an application's server");
  return { head: await exchange.deliver(request.head), body: OWN_BODY };
};

/** Stands for the body that the application writes to its own server. */
export const OWN_BODY: Body = { ...NO_BODY };
