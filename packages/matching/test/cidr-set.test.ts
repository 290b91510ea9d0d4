import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCidrSet, formatIpAddress, parseIpAddress } from "../src/index.ts";

describe("an address", () => {
  test.each([
    ["10.1.2.3", "10.1.2.3"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["2001:db8::a:1", "2001:db8:0:0:0:0:a:1"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["fe80::1%eth0", "fe80:0:0:0:0:0:0:1"],
    ["::", "0:0:0:0:0:0:0:0"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::FFFF:a01:203", "10.1.2.3"],
    ["64:ff9b::10.1.2.3", "64:ff9b:0:0:0:0:a01:203"],
  ])("%s is read as %s", (text, expected) => {
    const words = parseIpAddress(text);
    expect(words && formatIpAddress(words)).toBe(expected);
  });

  test.each([
    "",
    "10.1.2",
    "10.1.2.3.4",
    "10.1.2.256",
    "010.1.2.3",
    "10.1.2.",
    ".1.2.3",
    "10.1.2.3:80",
    "a.b.c.d",
    "1::2::3",
    "[::1]",
    "10.1.2.3 ",
    "::1/128",
  ])("%j is none", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });
});

describe("a set of address ranges", () => {
  test.each([
    [["10.0.0.0/8"], "10.255.255.255", true],
    [["10.0.0.0/8"], "11.0.0.0", false],
    [["10.0.0.0/8"], "9.255.255.255", false],
    [["10.1.2.3"], "10.1.2.3", true],
    [["10.1.2.3"], "10.1.2.4", false],
    [["10.1.2.3/8"], "10.9.9.9", true],
    [["0.0.0.0/0"], "203.0.113.9", true],
    [["10.0.0.0/8"], "::ffff:10.1.2.3", true],
    [["::ffff:10.0.0.0/104"], "10.1.2.3", true],
    [["::ffff:10.0.0.0/104"], "11.1.2.3", false],
    [["::/0"], "10.1.2.3", false],
    [["::/0"], "::ffff:10.1.2.3", false],
    [["::/0"], "2001:db8::1", true],
    [["0.0.0.0/0"], "::1", false],
    [["2001:db8::/33"], "2001:db8:7fff::1", true],
    [["2001:db8::/33"], "2001:db8:8000::1", false],
    [["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16"], "10.200.0.1", true],
    [["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16"], "192.168.255.255", true],
    [["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16"], "172.16.0.1", false],
    [[], "10.0.0.1", false],
    [["10.0.0.0/8"], "ten", false],
  ])("%j has %s: %j", (cidrs, address, expected) => {
    expect(compileCidrSet(cidrs).has(address)).toBe(expected);
  });

  test.each([
    ["10.0.0.0/33", "from 0 to 32"],
    ["10.0.0.0/", "from 0 to 32"],
    ["10.0.0.0/-1", "from 0 to 32"],
    ["::1/129", "from 0 to 128"],
    ["::ffff:1.2.3.4/90", "from 96 to 128"],
    ["localhost/8", '"localhost" is not an IP address'],
  ])("refuses %s", (cidr, reason) => {
    expect(() => compileCidrSet([cidr])).toThrow(`address range "${cidr}": `);
    expect(() => compileCidrSet([cidr])).toThrow(reason);
  });

  test("prints its ranges in canonical form", () => {
    expect(String(compileCidrSet(["10.1.2.3/8", "::1"]))).toBe("10.0.0.0/8, 0:0:0:0:0:0:0:1/128");
  });

  test("agrees with Node's own lists on any IPv4 ranges and addresses", () => {
    const address = fc.array(fc.constantFrom(0, 1, 10, 127, 128, 192, 255), { minLength: 4, maxLength: 4 });
    const range = fc.tuple(address, fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), address, (ranges, probe) => {
        const list = new BlockList();
        for (const [net, length] of ranges) list.addSubnet(net.join("."), length);
        const set = compileCidrSet(ranges.map(([net, length]) => `${net.join(".")}/${length}`));
        expect(set.has(probe.join("."))).toBe(list.check(probe.join(".")));
      }),
      { numRuns: 2000 },
    );
  });
});
