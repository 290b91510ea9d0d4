import type { ClusterSpecifier, VirtualHostConfig } from "../../src/index.ts";
import { byPrefix, type RouterCheckSource } from "./router-check-source.ts";

const clusters: ClusterSpecifier = {
  kind: "weighted",
  clusters: [
    { cluster: { kind: "single", name: "cluster1" }, weight: 30 },
    { cluster: { kind: "single", name: "cluster2" }, weight: 30 },
    { cluster: { kind: "single", name: "cluster3" }, weight: 40 },
  ],
};

function host(name: string): VirtualHostConfig {
  const route = { ...byPrefix("/", "", { clusters }), name: `catchall-weighted-${name}` };
  return { name, domains: [`${name}.lyft.com`], routes: [route] };
}

/**
 * The second virtual host lets runtime keys change its weights, which is not offered here; no case sets one. One case asks
 * for a virtual cluster besides.
 */
export const weighted: RouterCheckSource = {
  file: "Weighted",
  table: { virtualHosts: [host("www1"), host("www2")] },
  cases: [
    { authority: "www1.lyft.com", path: "/foo", https: true, internal: true, expected: { location: "" } },
    { authority: "www1.lyft.com", path: "/test/123", randomValue: 115, expected: { cluster: "cluster1" } },
    { authority: "www1.lyft.com", path: "/foo", randomValue: 445, expected: { cluster: "cluster2" } },
    { authority: "www1.lyft.com", path: "/foo", randomValue: 560, expected: { cluster: "cluster3" } },
    { authority: "www2.lyft.com", path: "/foo/123", randomValue: 10, expected: { cluster: "cluster1" } },
    { authority: "www2.lyft.com", path: "/bar", randomValue: 30, expected: { cluster: "cluster2" } },
    { authority: "www2.lyft.com", path: "/foo", randomValue: 70, expected: { cluster: "cluster3" } },
  ],
};
