import { SocketAddress } from "node:net";
import type { MessageTypes } from "@dualmesh/envoy-api";
import { compileStringMatcher, foldAscii, type StringPredicate } from "@dualmesh/matching";
import { stringMatcher } from "../matching.ts";
import type { CompileReport } from "../report.ts";

type NameMatcherMessage = MessageTypes["envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher"];
type StringMatcherMessage = MessageTypes["envoy.type.matcher.v3.StringMatcher"];

/** The kinds of subject alternative names that can be asked for, under OpenSSL's names. */
export type NameKind = "DNS" | "URI" | "email" | "IP Address";

/** What one of a certificate's names must be like. */
export interface NameMatcher {
  readonly kind: NameKind;
  matches(name: string): boolean;
  /** One line for people: `DNS exact "orders.test"`. */
  toString(): string;
}

const KINDS: Readonly<Record<string, NameKind>> = {
  DNS: "DNS",
  URI: "URI",
  EMAIL: "email",
  IP_ADDRESS: "IP Address",
};

/** Compiles a SubjectAltNameMatcher. */
export function compileNameMatcher(
  message: NameMatcherMessage,
  path: string,
  report: CompileReport,
): NameMatcher | undefined {
  report.checkFields(path, message, { uses: ["san_type", "matcher", "oid"] });
  const kind = KINDS[message.san_type];
  if (kind === undefined) {
    report.refuse(`${path}.san_type`, `expected DNS, URI, EMAIL or IP_ADDRESS, got ${message.san_type}`);
    return undefined;
  }
  if (message.matcher === undefined) {
    report.refuse(`${path}.matcher`, "it is missing");
    return undefined;
  }
  const predicate = compileMatcher(message.matcher, `${path}.matcher`, report);
  return predicate && nameMatcher(kind, message.matcher, predicate);
}

/** The older form of a matcher, which asks for names of any kind. */
export function compileUntypedMatcher(
  message: StringMatcherMessage,
  path: string,
  report: CompileReport,
): readonly NameMatcher[] {
  const predicate = compileMatcher(message, path, report);
  if (predicate === undefined) return [];
  return Object.values(KINDS).map((kind) => nameMatcher(kind, message, predicate));
}

/** The name of a host as a certificate must have it. */
export function hostMatcher(host: string): NameMatcher {
  return named("DNS", `exact ${JSON.stringify(host)}`, (name) => isHostNamed(name, host));
}

function compileMatcher(
  message: StringMatcherMessage,
  path: string,
  report: CompileReport,
): StringPredicate | undefined {
  return report.attempt(path, () => compileStringMatcher(stringMatcher(message, path, report)));
}

function nameMatcher(
  kind: NameKind,
  { exact }: StringMatcherMessage,
  predicate: StringPredicate,
): NameMatcher {
  if (kind === "DNS" && exact !== undefined) return hostMatcher(exact);
  if (kind !== "IP Address") return named(kind, String(predicate), (name) => predicate.matches(name));
  const wanted = exact === undefined ? undefined : canonicalAddress(exact);
  return named(kind, String(predicate), (name) => {
    const address = canonicalAddress(name);
    return wanted === undefined ? predicate.matches(address) : address === wanted;
  });
}

function named(kind: NameKind, text: string, matches: (name: string) => boolean): NameMatcher {
  return { kind, matches, toString: () => `${kind} ${text}` };
}

/**
 * A wildcard in a certificate stands for the whole first label, and for one alone (RFC 9525, section 6.3). Envoy takes one
 * within a label, too.
 */
function isHostNamed(name: string, host: string): boolean {
  const [pattern, wanted] = [foldAscii(name), foldAscii(host)];
  if (pattern === wanted) return true;
  if (!pattern.startsWith("*.")) return false;
  const dot = wanted.indexOf(".");
  return dot > 0 && pattern.length > 2 && wanted.slice(dot) === pattern.slice(1);
}

/** One text for each address: certificates hold bytes, and OpenSSL writes IPv6 without shortening it. */
function canonicalAddress(text: string): string {
  try {
    return new SocketAddress({ address: text, family: text.includes(":") ? "ipv6" : "ipv4" }).address;
  } catch {
    // No address: equal to nothing but itself.
    return text;
  }
}
