import type { HeaderToAdd, RouteConfig } from "../../src/index.ts";
import type { RouterCheckCase, RouterCheckSource } from "./router-check-source.ts";

function answer(path: string, body: string, action?: HeaderToAdd["action"]): RouteConfig {
  const type = { name: "content-type", value: "application/json" };
  return {
    match: { path: { kind: "exact", value: path } },
    action: { kind: "direct-response", status: 200, body },
    ...(action === undefined ? {} : { responseHeaders: { add: [{ ...type, action }] } }),
  };
}

const JSON_BODY = "{ 'message': 'Success!' }";

function asked(path: string, bodyLength: number, type: string | undefined): RouterCheckCase {
  return {
    authority: "lyft.com",
    path,
    expected: {
      kind: "direct-response",
      status: 200,
      cluster: "",
      path: "",
      host: "",
      bodyLength,
      responseHeaders: { "content-type": type },
    },
  };
}

/**
 * Two things are the tool's own: it calls the request's own URL a redirect, and gives no virtual host, for want of a
 * cluster. The length of the body stands for the field `content-length`, which whoever writes the answer adds.
 */
export const directResponse: RouterCheckSource = {
  file: "DirectResponse",
  table: {
    virtualHosts: [
      {
        name: "www2",
        domains: ["lyft.com"],
        routes: [
          answer("/ping", "Success!"),
          answer("/ping-json", JSON_BODY, "overwrite"),
          answer("/ping-json2", JSON_BODY, "append"),
          answer("/ping-empty", ""),
        ],
      },
    ],
  },
  cases: [
    asked("/ping", 8, "text/plain"),
    asked("/ping-json", 25, "application/json"),
    asked("/ping-json2", 25, "text/plain,application/json"),
    asked("/ping-empty", 0, undefined),
  ],
};
