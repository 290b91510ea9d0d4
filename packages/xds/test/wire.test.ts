import { decode, encode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { seededRandom } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeDeltaResponse } from "../src/server/encode-delta-response.ts";
import { encodeResponse } from "../src/server/encode-response.ts";
import { endpointNameOf } from "../src/server/endpoint-name.ts";
import { createResponseCache, responseKey } from "../src/server/response-cache.ts";
import { scanFields } from "../src/wire/field-scan.ts";
import { peekName } from "../src/wire/peek-name.ts";

describe("names in bytes", () => {
  test.each([
    [
      "a cluster",
      encode("envoy.config.cluster.v3.Cluster", { name: "orders", alt_stat_name: "x" }),
      "orders",
    ],
    [
      "endpoints",
      encode("envoy.config.endpoint.v3.ClusterLoadAssignment", { cluster_name: "orders" }),
      "orders",
    ],
    ["a name that is not the first field", Uint8Array.of(16, 1, 10, 1, 97), "a"],
    ["a name that is there twice: the last counts", Uint8Array.of(10, 1, 97, 10, 1, 98), "b"],
    [
      "a fixed64 and a fixed32 before it",
      Uint8Array.of(17, 0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 10, 1, 97),
      "a",
    ],
    [
      "a varint of ten bytes before it",
      Uint8Array.of(16, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 10, 1, 97),
      "a",
    ],
    ["nothing", new Uint8Array(), undefined],
    ["an empty name", Uint8Array.of(10, 0), undefined],
    ["a name that is a number", Uint8Array.of(8, 1), undefined],
    ["a length beyond the end", Uint8Array.of(10, 200, 1, 97), undefined],
    ["a length of 4 GB", Uint8Array.of(10, 255, 255, 255, 255, 15, 97), undefined],
    ["a varint without end", new Uint8Array(20).fill(255), undefined],
    ["a group", Uint8Array.of(19, 10, 1, 97, 20), undefined],
    ["a fixed32 that is cut off", Uint8Array.of(21, 0), undefined],
  ])("%s", (_, bytes, name) => {
    expect(peekName(bytes)).toBe(name);
  });

  test("whatever the bytes, reading ends, and never before the start or past the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (bytes, field) => {
        const scan = scanFields(bytes);
        let found = 0;
        while (scan.next(field)) found++;
        expect(found).toBeLessThanOrEqual(bytes.length);
        expect(scan.next(field)).toBe(false);
      }),
    );
  });
});

describe("the name under which a cluster asks for endpoints", () => {
  const of = (cluster: Parameters<typeof encode<"envoy.config.cluster.v3.Cluster">>[1]): string | undefined =>
    endpointNameOf(encode("google.protobuf.Any", packAny("envoy.config.cluster.v3.Cluster", cluster)));

  test.each([
    ["its own", { name: "a", type: "EDS" }, "a"],
    [
      "its own, with a source",
      { name: "a", type: "EDS", eds_cluster_config: { eds_config: { ads: {} } } },
      "a",
    ],
    ["its service name", { name: "a", type: "EDS", eds_cluster_config: { service_name: "s" } }, "s"],
    ["none: it is static", { name: "a", type: "STATIC" }, undefined],
    ["none: by DNS", { name: "a", type: "STRICT_DNS" }, undefined],
    ["none: of a type of its own", { name: "a", cluster_type: { name: "aggregate" } }, undefined],
  ] as const)("%s", (_, cluster, name) => {
    expect(of(cluster)).toBe(name);
  });

  test("none for bytes that are no cluster", () => {
    expect(endpointNameOf(new Uint8Array([255]))).toBeUndefined();
    expect(endpointNameOf(new Uint8Array())).toBeUndefined();
  });
});

describe("responses", () => {
  test("are what the decoder of messages reads, for sizes around every length of a varint", () => {
    const random = seededRandom(7);
    for (const size of [0, 1, 126, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152]) {
      const value = Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
      const any = { type_url: TYPE_URL.EDS, value };
      const resources = [1, 2].map((i) => ({
        name: `${i}`,
        any: encode("google.protobuf.Any", any),
        hash: "",
      }));
      const parts = { version: "v", typeUrl: TYPE_URL.EDS, nonce: "12", controlPlane: "cp-ü", resources };
      const response = decode("envoy.service.discovery.v3.DiscoveryResponse", encodeResponse(parts));
      expect(response).toMatchObject({
        version_info: "v",
        type_url: TYPE_URL.EDS,
        nonce: "12",
        control_plane: { identifier: "cp-ü" },
      });
      expect(response.resources.map((one) => Buffer.compare(one.value, value))).toEqual([0, 0]);
    }
  });

  test("without a control plane's name the field is absent", () => {
    const parts = { version: "v", typeUrl: "t", nonce: "1", controlPlane: "", resources: [] };
    expect(
      decode("envoy.service.discovery.v3.DiscoveryResponse", encodeResponse(parts)).control_plane,
    ).toBeUndefined();
  });

  test("the cache gives up the oldest over 32 MiB, and keeps the newest whatever its size", () => {
    const cache = createResponseCache();
    let nonce = 0;
    const get = (name: string, megabytes: number): number =>
      cache.get(name, 0, () => ({ bytes: new Uint8Array(megabytes * 1024 * 1024), nonce: ++nonce })).nonce;
    get("a", 20);
    get("b", 10);
    expect([get("a", 20), get("b", 10)]).toEqual([1, 2]);
    get("c", 5);
    expect(get("b", 10)).toBe(2);
    expect(get("a", 20)).toBe(4);
    get("huge", 100);
    expect(get("huge", 100)).toBe(5);
  });

  test("names with separators in them do not collide, nor do lists", () => {
    const keys = [
      responseKey("t", ["a", "b"]),
      responseKey("t", ["a1:b"]),
      responseKey("t", ["ab"]),
      responseKey("t", ["a\nb"]),
      responseKey("t", ["a,b"]),
      responseKey("t", []),
      responseKey("t", undefined),
      responseKey("t", ["a", "b"], []),
      responseKey("t", ["a"], ["b"]),
      responseKey("t", [], ["a", "b"]),
      responseKey("t", undefined, ["a", "b"]),
      responseKey("t", ["a", "2["], []),
      responseKey("t*", []),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("a key is short however many names are in it", () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `n${i}`);
    expect(responseKey("t", names).length).toBeLessThan(30);
    expect(responseKey("t", names)).not.toBe(responseKey("t", names.slice(1)));
  });
});

describe("delta responses", () => {
  test("are what the decoder of messages reads, for sizes around every length of a varint", () => {
    const random = seededRandom(7);
    for (const size of [0, 1, 90, 91, 92, 127, 128, 16_383, 16_384, 2_097_152]) {
      const value = Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
      const any = encode("google.protobuf.Any", { type_url: TYPE_URL.EDS, value });
      const resources = ["a", "ü", ""].map((name) => ({ name, any, hash: `hash of ${name}` }));
      const parts = { version: "v", typeUrl: TYPE_URL.EDS, nonce: "12", controlPlane: "cp-ü", resources };
      const bytes = encodeDeltaResponse({ ...parts, removed: ["gone-ü", "", "x".repeat(200)] });
      const response = decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", bytes);
      expect(response).toMatchObject({
        system_version_info: "v",
        type_url: TYPE_URL.EDS,
        nonce: "12",
        control_plane: { identifier: "cp-ü" },
        removed_resources: ["gone-ü", "", "x".repeat(200)],
      });
      expect(response.resources.map(({ name, version }) => [name, version])).toEqual([
        ["a", "hash of a"],
        ["ü", "hash of ü"],
        ["", "hash of "],
      ]);
      expect(
        response.resources.map(({ resource }) => Buffer.compare(resource?.value as Uint8Array, value)),
      ).toEqual([0, 0, 0]);
    }
  });
});
