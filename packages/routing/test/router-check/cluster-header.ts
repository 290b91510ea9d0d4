import type { RouteConfig, RouteTableConfig } from "../../src/index.ts";
import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

const named = (prefix: string, headerName: string): RouteConfig =>
  byPrefix(prefix, "", { clusters: { kind: "header", headerName }, timeoutMs: 0 });

const routes: readonly RouteConfig[] = [
  when({ headers: [{ kind: "present", name: ":authority" }] }, named("/foo", ":authority")),
  named("/bar", "some_header"),
];

const tableOf = (more: readonly RouteConfig[]): RouteTableConfig => ({
  virtualHosts: [{ name: "local_service", domains: ["*"], routes: [...routes, ...more] }],
});

const cases: readonly RouterCheckCase[] = [
  { authority: "some_cluster", path: "/foo", expected: { cluster: "some_cluster" } },
  { authority: "www.lyft.com", path: "/bar", expected: { cluster: "" } },
  {
    authority: "www.lyft.com",
    path: "/bar",
    headers: ["some_header", "some_cluster"],
    expected: { cluster: "some_cluster" },
  },
];

export const clusterHeader: RouterCheckSource = { file: "ClusterHeader", table: tableOf([]), cases };

/** The same requests beside an expression that is too large for Envoy unless its runtime allows more. */
const LARGE =
  "(?:[a-zA-Z]{3,6}[0-9]{2,4}[A-Z]{1,3}\\d{0,2}\\W{0,2}){10,20}|(?:[a-zA-Z0-9!@#\\$%\\^\\&\\*\\)\\(+=._-]{25,50})|(?:[A-Z])";

export const defaultRuntime: RouterCheckSource = {
  file: "DefaultRuntime",
  options: { regexLimits: { maxProgramSize: 32_768 } },
  table: tableOf([when({ path: { kind: "regex", pattern: LARGE } }, named("", "some_header"))]),
  cases,
};
