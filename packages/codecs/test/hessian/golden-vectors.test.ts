import { describe, expect, test } from "vitest";
import { fromNotation } from "../../src/explain/from-notation.ts";
import { toNotation } from "../../src/explain/hessian-notation.ts";
import {
  DecodeError,
  type HessianProfileName,
  HessianReader,
  HessianSkipper,
  HessianWriter,
  PROFILES,
} from "../../src/hessian/index.ts";
import { bytesOf, goldenVectors, type HessianCase, type HostileCase } from "../vectors/golden.ts";

const PROFILE_OF: Readonly<Record<string, HessianProfileName>> = {
  "hessian-3.x-alipay-sofa-hessian-3.5.5": "sofa-3",
  "hessian-3.x-generic": "sofa-3",
  "hessian-4.x-alibaba-hessian-lite-3.2.13": "dubbo-2",
  "hessian-4.x-alipay-sofa-hessian-4.0.4": "sofa-4",
  "hessian-4.x-apache-dubbo-hessian-lite-4.0.4": "dubbo-3",
  "hessian-4.x-caucho-hessian-4.0.66": "caucho-4",
};

const packs = goldenVectors<HessianCase>("hessian");

test("every library that wrote vectors has a profile", () => {
  expect(Object.keys(packs).sort()).toEqual(Object.keys(PROFILE_OF).sort());
});

describe.each(Object.entries(PROFILE_OF))("%s", (file, profileName) => {
  const profile = PROFILES[profileName];
  const cases = packs[file]?.cases.filter((golden) => golden.encodeFails === undefined) ?? [];
  const whole = cases.flatMap((golden) =>
    golden.values === undefined ? [] : [{ ...golden, values: golden.values }],
  );
  const reader = new HessianReader({ dialect: profile.dialect, exact: true });

  function readAll(bytes: Buffer): unknown[] {
    reader.begin(bytes);
    const values: unknown[] = [];
    while (!reader.isAtEnd) values.push(reader.read());
    return values;
  }

  function writeAll(values: readonly unknown[]): string {
    const writer = new HessianWriter({ profile }).begin();
    for (const value of values) writer.any(value);
    return writer.take().toString("hex");
  }

  test.each(whole)("$group: $name is read as what it is", (golden) => {
    expect(toNotation(readAll(bytesOf(golden)))).toEqual(golden.values);
  });

  test.each(whole.filter(({ group }) => group !== "liberal"))(
    "$group: $name is written with the same bytes, from what was read and from its notation",
    (golden) => {
      const bytes = bytesOf(golden);
      expect(writeAll(readAll(bytes))).toBe(bytes.toString("hex"));
      expect(writeAll(fromNotation(golden.values))).toBe(bytes.toString("hex"));
    },
  );

  test.each(cases.filter(({ values }) => values === undefined))("$name has all of its items", (golden) => {
    const [list] = toNotation(readAll(bytesOf(golden)));
    expect(list).toMatchObject({ t: "list" });
    const items = list?.t === "list" ? list.v : [];
    expect(items).toHaveLength(golden.listSize ?? Number.NaN);
    expect(items.slice(-(golden.lastItems?.length ?? 0))).toEqual(golden.lastItems);
  });

  test("a walk that makes nothing of them ends where the values end", () => {
    const skipper = new HessianSkipper(profile.dialect);
    const counted = whole.map((golden) => {
      skipper.begin(bytesOf(golden));
      let count = 0;
      for (; !skipper.isAtEnd; count++) skipper.skip();
      return count;
    });
    expect(counted).toEqual(whole.map(({ values }) => values.length));
  });
});

describe.each(["3", "4"] as const)("hostile bytes in dialect %s", (dialect) => {
  const cases = goldenVectors<HostileCase>("hostile")[`hostile-hessian-${dialect}.x`]?.cases ?? [];
  const reader = new HessianReader({ dialect, exact: true });

  /** What one value, and nothing behind it, ends in. */
  function outcome(read: () => void): unknown {
    try {
      read();
      return "read";
    } catch (error) {
      return error instanceof DecodeError ? "refused" : error;
    }
  }

  test.each(cases)("$name: $expect", (hostile) => {
    const bytes = bytesOf(hostile);
    const read = outcome(() => {
      reader.begin(bytes).read();
      reader.finish();
    });
    const skipped = outcome(() => {
      const skipper = new HessianSkipper(dialect).begin(bytes);
      skipper.skip();
      skipper.finish();
    });
    expect(read).toBeOneOf(hostile.expect === "bounded" ? ["read", "refused"] : ["refused"]);
    expect(skipped).toBe(read);
  });
});
