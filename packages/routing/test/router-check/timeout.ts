import { byPrefix, type RouterCheckSource, when } from "./router-check-source.ts";

const authority = "www.example.com";
const table = {
  virtualHosts: [
    {
      name: "www",
      domains: [authority],
      routes: [
        when(
          { path: { kind: "regex", pattern: "^/api/v[0-9]/.*" } },
          byPrefix("", "service", { timeoutMs: 120_000 }),
        ),
        byPrefix("/", "service", { timeoutMs: 30_000 }),
      ],
    },
  ],
};

export const timeout: RouterCheckSource = {
  file: "Timeout",
  table,
  cases: [
    { authority, path: "/api/v1/resource", expected: { cluster: "service", timeoutMs: 120_000 } },
    { authority, path: "/other", expected: { cluster: "service", timeoutMs: 30_000 } },
  ],
};

/** This golden is there to be found wrong: of its request, 120 seconds is not the time-out. */
export const timeoutFailures: RouterCheckSource = {
  file: "TimeoutFailures",
  table,
  cases: [{ authority, path: "/api/v10/resource", expected: { cluster: "service", timeoutMs: 30_000 } }],
};
