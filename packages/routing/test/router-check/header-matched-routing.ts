import type { HeaderMatcher } from "@dualmesh/matching";
import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

const is = (name: string, value: string): HeaderMatcher => ({
  kind: "value",
  name,
  value: { kind: "exact", value },
});

function withHeaders(headers: readonly string[], cluster: string): RouterCheckCase {
  return { authority: "www.lyft.com", path: "/", headers, expected: { cluster } };
}

export const headerMatchedRouting: RouterCheckSource = {
  file: "HeaderMatchedRouting",
  table: {
    virtualHosts: [
      {
        name: "local_service",
        domains: ["*"],
        routes: [
          when({ headers: [is("test_header", "test")] }, byPrefix("/", "local_service_with_headers")),
          when(
            { headers: [is("test_header_multiple1", "test1"), is("test_header_multiple2", "test2")] },
            byPrefix("/", "local_service_with_multiple_headers"),
          ),
          when(
            { headers: [{ kind: "present", name: "test_header_presence" }] },
            byPrefix("/", "local_service_with_empty_headers"),
          ),
          when(
            {
              headers: [
                {
                  kind: "value",
                  name: "test_header_pattern",
                  value: { kind: "regex", pattern: "^user=test-\\d+$" },
                },
              ],
            },
            byPrefix("/", "local_service_with_header_pattern_set_regex"),
          ),
          when(
            { headers: [is("test_header_pattern", "^customer=test-\\d+$")] },
            byPrefix("/", "local_service_with_header_pattern_unset_regex"),
          ),
          when(
            { grpc: true, headers: [is("test_header", "some_value")] },
            byPrefix("/", "local_service_with_grpc_and_other_header"),
          ),
          when({ grpc: true }, byPrefix("/", "local_service_with_grpc")),
          byPrefix("/", "local_service_without_headers"),
        ],
      },
    ],
  },
  cases: [
    withHeaders([], "local_service_without_headers"),
    withHeaders(["test_header", "test"], "local_service_with_headers"),
    withHeaders(
      ["test_header_multiple1", "test1", "test_header_multiple2", "test2"],
      "local_service_with_multiple_headers",
    ),
    withHeaders(["non_existent_header", "foo"], "local_service_without_headers"),
    withHeaders(["test_header_presence", "test"], "local_service_with_empty_headers"),
    withHeaders(["test_header_pattern", "user=test-1223"], "local_service_with_header_pattern_set_regex"),
    withHeaders(["test_header_pattern", "customer=test-1223"], "local_service_without_headers"),
    withHeaders(["content-type", "application/grpc+proto"], "local_service_with_grpc"),
    withHeaders(
      ["content-type", "application/grpc+proto", "test_header", "some_value"],
      "local_service_with_grpc_and_other_header",
    ),
  ],
};
