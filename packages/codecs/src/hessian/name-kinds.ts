import { isWhole, longField, matchForm, type ScalarClass, scalarClass, textField } from "./scalar-kind.ts";

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/** Text, `8-4-4-4-12` hexadecimal digits. On the wire two longs, or text, by profile. */
export const uuid: ScalarClass<string> = scalarClass<string>({
  javaName: "java.util.UUID",
  classNames: ["java.util.UUID"],
  read(field) {
    const [text, most, least] = [field("value"), field("mostSigBits"), field("leastSigBits")];
    if (typeof text === "string") return text;
    if (!isLong(most) || !isLong(least)) return undefined;
    const hex = hexOf(most) + hexOf(least);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
  form(value, profile) {
    matchForm(UUID, "UUID", value);
    if (profile.writesUuidText) {
      return { className: "java.util.UUID", fields: [["value", textField(value.toLowerCase())]] };
    }
    const hex = value.replaceAll("-", "");
    return {
      className: "java.util.UUID",
      fields: [
        ["mostSigBits", longField(BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)))],
        ["leastSigBits", longField(BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`)))],
      ],
    };
  },
});

const isLong = (value: unknown): value is bigint | number => typeof value === "bigint" || isWhole(value);

function hexOf(long: bigint | number): string {
  return BigInt.asUintN(64, BigInt(long)).toString(16).padStart(16, "0");
}

/** As `Locale.toString` gives it: `zh_CN`; empty for the root. */
export const locale: ScalarClass<string> = scalarClass<string>({
  javaName: "java.util.Locale",
  classNames: ["com.caucho.hessian.io.LocaleHandle", "com.alibaba.com.caucho.hessian.io.LocaleHandle"],
  read: (field) => textIn(field("value")),
  form: (value, profile) => ({
    className: `${profile.handlePackage}LocaleHandle`,
    fields: [["value", textField(value)]],
  }),
});

/** The name of a class: `java.lang.String`, `int`. */
export const classOf: ScalarClass<string> = scalarClass<string>({
  javaName: "java.lang.Class",
  classNames: ["java.lang.Class"],
  read: (field) => textIn(field("name")),
  form: (value) => ({ className: "java.lang.Class", fields: [["name", textField(value)]] }),
});

/** ISO 4217: `CNY`. */
export const currency: ScalarClass<string> = scalarClass<string>({
  javaName: "java.util.Currency",
  classNames: ["java.util.Currency"],
  read: (field) => textIn(field("currencyCode")),
  form: (value) => ({ className: "java.util.Currency", fields: [["currencyCode", textField(value)]] }),
});

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
