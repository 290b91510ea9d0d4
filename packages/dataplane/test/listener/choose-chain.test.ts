import { describe, expect, test } from "vitest";
import { type Arrival, type ChainMatch, chooseChain } from "../../src/index.ts";

const chain = (key: string, match: Partial<ChainMatch> = {}): ChainMatch => ({
  key,
  isDefault: false,
  destinationPort: undefined,
  serverNames: [],
  transport: undefined,
  ...match,
});

const tls = (serverName: string, port = 443): Arrival => ({ port, transport: "tls", serverName });
const plain: Arrival = { port: 443, transport: "raw_buffer", serverName: "" };

function chosen(chains: readonly ChainMatch[], arrival: Arrival): string | undefined {
  return chooseChain(chains, arrival)?.key;
}

describe("a connection gets the chain", () => {
  const names = [
    chain("rest"),
    chain("shop", { serverNames: ["*.shop.test"] }),
    chain("eu", { serverNames: ["*.eu.shop.test", "other.test"] }),
    chain("one", { serverNames: ["a.eu.shop.test"] }),
  ];

  test.each([
    [tls("a.eu.shop.test"), "one"],
    [tls("b.eu.shop.test"), "eu"],
    [tls("c.b.eu.shop.test"), "eu"],
    [tls("other.test"), "eu"],
    [tls("us.shop.test"), "shop"],
    [tls("shop.test"), "rest"],
    [tls(""), "rest"],
    [plain, "rest"],
  ])("of its server name: %j", (arrival, key) => {
    expect(chosen(names, arrival)).toBe(key);
  });

  const transports = [
    chain("tls", { transport: "tls" }),
    chain("plain", { transport: "raw_buffer" }),
    chain("any"),
  ];

  test("of its transport", () => {
    expect([chosen(transports, tls("a.test")), chosen(transports, plain)]).toEqual(["tls", "plain"]);
    expect(chosen([transports[0] as ChainMatch], plain)).toBeUndefined();
  });

  test("of its port before all else, and what that decides stands: what fits nowhere there gets the default chain", () => {
    const chains = [
      chain("by name", { serverNames: ["a.test"] }),
      chain("by port", { destinationPort: 443, transport: "raw_buffer" }),
      chain("default", { isDefault: true }),
    ];
    expect(chosen(chains, plain)).toBe("by port");
    expect(chosen(chains, tls("a.test"))).toBe("default");
    expect(chosen(chains, tls("a.test", 80))).toBe("by name");
    expect(chosen(chains, tls("b.test", 80))).toBe("default");
  });
});
