import type { Headers } from "@dualmesh/core";

/** A request with all of its body, whichever version of HTTP brought it. */
export interface HttpRequest {
  /** `POST` */
  readonly method: string;
  /** With the query: `/v1/greet/world?times=2`. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A response with all of its body. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** `undefined` for none: then a response of gRPC ends with its headers, if its body is empty. */
  readonly trailers: Headers | undefined;
}
