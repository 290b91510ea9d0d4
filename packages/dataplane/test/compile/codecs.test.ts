import { bolt } from "@dualmesh/codecs/bolt";
import { expect, test } from "vitest";
import { createExtensionRegistry } from "../../src/index.ts";
import { compiled, compileJson, problems } from "./compile-json.ts";
import { listener, NO_ROUTES } from "./listener-json.ts";

const TYPE = "type.googleapis.com/dualmesh.extensions.filters.listener.rpc_inspector.v1.RpcInspector";

const inspecting = (config: object = {}): object =>
  listener(NO_ROUTES, { listener_filters: [{ name: "rpc", typed_config: { "@type": TYPE, ...config } }] });

test("a listener speaks HTTP alone, unless it names protocols of frames; without names all that are known", () => {
  expect(compiled("listener", listener()).codecs).toEqual([]);
  expect(compiled("listener", inspecting()).codecs.map(({ name }) => name)).toEqual(["bolt", "dubbo", "tr"]);
  expect(
    compiled("listener", inspecting({ protocols: ["dubbo", "bolt"] })).codecs.map(({ name }) => name),
  ).toEqual(["dubbo", "bolt"]);
});

test("an unknown protocol is refused with those that are known, and one that is named twice", () => {
  expect(problems("listener", inspecting({ protocols: ["bolt", "hsf"] }))).toEqual([
    expect.stringContaining('.protocols[1]: nobody knows a protocol "hsf"; expected one of bolt, dubbo, tr'),
  ]);
  expect(problems("listener", inspecting({ protocols: ["bolt", "bolt"] }))).toEqual([
    expect.stringContaining('.protocols[1]: "bolt" occurs twice'),
  ]);
});

test("the same choice is the same list, so that connections outlive a new version of a listener", () => {
  const registry = createExtensionRegistry();
  const [first, second, other] = [["bolt"], ["bolt"], ["dubbo"]].map((protocols) => {
    const parsed = compileJson("listener", inspecting({ protocols }), registry);
    return parsed.kind === "value" ? parsed.value.codecs : undefined;
  });
  expect(first).toBe(second);
  expect(first).not.toBe(other);
});

test("a protocol of an extension is named like those that are built in", () => {
  const registry = createExtensionRegistry();
  registry.codec({ ...bolt, name: "acme" });
  const parsed = compileJson("listener", inspecting({ protocols: ["acme"] }), registry);
  expect(parsed).toMatchObject({ kind: "value", value: { codecs: [{ name: "acme" }] } });
  expect(() => registry.codec({ ...bolt, name: "acme" })).toThrow('a codec "acme" is registered');
});
