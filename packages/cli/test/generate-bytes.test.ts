import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { createHessian, type HessianProfileName, PROFILES } from "@dualmesh/codecs/hessian";
import { expect, test } from "vitest";
import { Order, classes as orderClasses } from "./generated/orders-api.ts";

const FILES: Readonly<Record<string, HessianProfileName>> = {
  "hessian-3.x-alipay-sofa-hessian-3.5.5": "sofa-3",
  "hessian-4.x-alibaba-hessian-lite-3.2.13": "dubbo-2",
  "hessian-4.x-apache-dubbo-hessian-lite-4.0.4": "dubbo-3",
  "hessian-4.x-alipay-sofa-hessian-4.0.4": "sofa-4",
  "hessian-4.x-caucho-hessian-4.0.66": "caucho-4",
};
/** What real Java libraries wrote of the same class. */
const packs = JSON.parse(
  brotliDecompressSync(
    readFileSync(new URL("../../codecs/test/vectors/hessian.json.br", import.meta.url)),
  ).toString(),
) as Readonly<
  Record<string, { readonly cases: readonly { readonly name: string; readonly hex?: string }[] }>
>;

test.each(Object.entries(FILES))("reads the orders of %s, and writes the same bytes", (file, profile) => {
  const hessian = createHessian({ dialect: PROFILES[profile].dialect, profile, classes: orderClasses });
  for (const name of ["Order", "Order of nulls", "drawn Order #1", "drawn Order #2", "drawn Order #3"]) {
    const golden = packs[file]?.cases.find((one) => one.name === name);
    const bytes = Buffer.from(golden?.hex ?? "", "hex");
    const order: Order | null = hessian.decode(bytes, Order);
    expect(order?.id).toBeTypeOf("bigint");
    const again = hessian.encode(order, Order);
    expect(hessian.decode(again, Order)).toEqual(order);
    // It has a 6684.0 among its tags, for which a Map<String, Object> has no type but that of its value.
    if (name !== "Order") expect([name, again.toString("hex")]).toEqual([name, bytes.toString("hex")]);
  }
});
