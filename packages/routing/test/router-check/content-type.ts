import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

function ofType(headers: readonly string[], cluster: string): RouterCheckCase {
  return { authority: "www.lyft.com", path: "/", headers, expected: { cluster } };
}

export const contentType: RouterCheckSource = {
  file: "ContentType",
  table: {
    virtualHosts: [
      {
        name: "local_service",
        domains: ["*"],
        routes: [
          when(
            {
              headers: [
                { kind: "value", name: "content-type", value: { kind: "exact", value: "application/grpc" } },
              ],
            },
            byPrefix("/", "local_service_grpc"),
          ),
          byPrefix("/", "local_service"),
        ],
      },
    ],
  },
  cases: [
    ofType([], "local_service"),
    ofType(["content-type", "application/grpc"], "local_service_grpc"),
    ofType(["content-type", "foo"], "local_service"),
  ],
};
