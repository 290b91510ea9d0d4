import type { JavaTypeModel } from "../java-type-model.ts";
import { breakUp, fits } from "./layout.ts";
import { quote } from "./quoting.ts";

/**
 * ```text
 * export type OrderStatus = "NEW" | "PAID";
 * export const OrderStatus: JavaEnum<OrderStatus> = java.enum("com.example.OrderStatus", ["NEW", "PAID"]);
 * ```
 */
export function writeEnum({ name: className, constants }: JavaTypeModel, name: string): string {
  const names = constants.map(quote);
  const flat = `export type ${name} = ${names.length === 0 ? "never" : names.join(" | ")};`;
  const union = fits(flat) ? flat : `export type ${name} =\n${names.map((one) => `  | ${one}`).join("\n")};`;

  const open = `export const ${name}: JavaEnum<${name}> = java.enum(`;
  const head = `${open}${quote(className)}, [`;
  const list = `${head}${names.join(", ")}]);`;
  const items = { open: "[", items: names, close: "]" };
  const constant = fits(list)
    ? list
    : fits(head)
      ? breakUp(head, names, "]);", 0)
      : breakUp(open, [quote(className), items], ");", 0);
  return `${union}\n\n${constant}\n`;
}
