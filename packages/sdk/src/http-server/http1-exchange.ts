import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHead, ResponseHead } from "@dualmesh/core";
import type { AppExchange } from "../app-service.ts";
import { HeldResponse } from "./held-response.ts";
import { replaceFields } from "./replace-fields.ts";

/** A request of an application's server of `node:http`, and its response. */
export class Http1Exchange implements AppExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly #emit: () => void;
  /** The response, once the application may write it. */
  held: HeldResponse | undefined;

  /** @param emit Hands the request to the application's handlers. */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse, emit: () => void) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#emit = emit;
  }

  deliver({ headers, authority, path }: RequestHead): Promise<ResponseHead> {
    const { incoming } = this;
    if (authority !== (headers.get("host") ?? "")) headers.set("host", authority);
    if (headers.changed) replaceFields(incoming, headers.flat());
    incoming.url = path;
    return new Promise((resolve) => {
      this.held = new HeldResponse(this.outgoing, (status, responseHeaders) => {
        resolve({ status, headers: responseHeaders });
      });
      this.#emit();
    });
  }
}
