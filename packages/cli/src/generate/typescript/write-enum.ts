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

  const left = `export const ${name}: JavaEnum<${name}> =`;
  const isShort = fits(`${left} java.enum(`);
  const [before, indent] = isShort ? [`${left} `, 0] : [`${left}\n  `, 2];
  const head = `java.enum(${quote(className)}, [`;
  const lineStart = isShort ? before : "  ";
  const items = { open: "[", items: names, close: "]" };
  const constant = fits(`${lineStart}${head}${names.join(", ")}]);`)
    ? `${head}${names.join(", ")}]);`
    : fits(`${lineStart}${head}`)
      ? breakUp(head, names, "]);", indent)
      : breakUp("java.enum(", [quote(className), items], ");", indent);
  return `${union}\n\n${before}${constant}\n`;
}
