import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

const runtimeKey = "runtime.key";

function request(path: string, runtime: string, randomValue: number, cluster: string): RouterCheckCase {
  return {
    authority: "www.lyft.com",
    path,
    https: true,
    internal: true,
    runtime,
    randomValue,
    expected: { cluster, virtualHost: "www2", path, host: "www.lyft.com", location: "" },
  };
}

export const runtime: RouterCheckSource = {
  file: "Runtime",
  table: {
    virtualHosts: [
      {
        name: "www2",
        domains: ["www.lyft.com"],
        routes: [
          // Its share is 0 in the file; the tool makes it 1 of 100, so that such a route can be asked for.
          when({ fraction: { numerator: 1, denominator: 100, runtimeKey } }, byPrefix("/disabled", "www4")),
          when({ fraction: { numerator: 30, denominator: 100, runtimeKey } }, byPrefix("/", "www2")),
          byPrefix("/", "www3"),
        ],
      },
    ],
  },
  cases: [
    request("/", "", 0, "www3"),
    request("/", runtimeKey, 70, "www3"),
    request("/", runtimeKey, 20, "www2"),
    request("/disabled", runtimeKey, 0, "www4"),
    request("/disabled", runtimeKey, 2, "www2"),
    request("/disabled", "", 2, "www3"),
    request("/disabled", "", 0, "www3"),
  ],
};
