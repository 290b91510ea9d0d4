import { networkInterfaces } from "node:os";
import { type Answer, fieldValue } from "./answers.ts";
import { ECHO_FIELD, type SeenRequest } from "./echo-upstreams.ts";
import type { Exchange } from "./exchange.ts";
import type { Case, Fields, Hit, Observation, Suite } from "./suite.ts";

/** What came of a case, in the form of what is expected of it. */
export function observeCase(
  suite: Suite,
  one: Case,
  { answers, closed }: Exchange,
  seen: readonly SeenRequest[],
): Observation {
  const isRaw = one.request.raw !== undefined;
  const answer = isRaw ? answers[0] : answers.at(-1);
  const observation: Observation = {
    ...(isRaw ? { statuses: answers.map(({ status }) => status), closed } : { status: answer?.status ?? 0 }),
    ...(answer === undefined ? {} : observeAnswer(answer, suite, one)),
    upstream: seen
      .map((request) => observeHit(request, names(suite, one, "upstream")))
      // Those that come at once come in no order.
      .sort((a, b) => Number(a.upstream > b.upstream) - Number(a.upstream < b.upstream)),
  };
  const { ignore = [] } = one;
  const kept = Object.entries(observation).filter(([part]) => !ignore.includes(part as keyof Observation));
  return Object.fromEntries(kept);
}

function names(suite: Suite, one: Case, side: "response" | "upstream"): ReadonlySet<string> {
  return new Set([...(suite.observe?.[side] ?? []), ...(one.observe?.[side] ?? [])]);
}

function observeAnswer(
  { fields, body }: Answer,
  suite: Suite,
  one: Case,
): Pick<Observation, "headers" | "body"> {
  const isOwn = fieldValue(fields, ECHO_FIELD) === undefined;
  return {
    ...pickFields(fields, names(suite, one, "response")),
    ...(isOwn || one.observe?.body === true ? { body } : {}),
  };
}

function observeHit({ upstream, method, path, fields, body }: SeenRequest, wanted: ReadonlySet<string>): Hit {
  return { upstream, method, path, ...pickFields(fields, wanted), ...(body === "" ? {} : { body }) };
}

function pickFields(
  fields: readonly (readonly [string, string])[],
  wanted: ReadonlySet<string>,
): { readonly headers?: Fields } {
  const picked: Record<string, string | readonly string[]> = {};
  for (const name of wanted) {
    const value = fieldValue(fields, name);
    if (value === undefined) continue;
    picked[name] = name === "x-forwarded-for" && typeof value === "string" ? hideOwnAddress(value) : value;
  }
  return Object.keys(picked).length === 0 ? {} : { headers: picked };
}

/** What a proxy may take for its machine's own address. */
const OWN_ADDRESSES: ReadonlySet<string> = new Set(
  Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address),
);

/** What was recorded on one machine is to hold on another. */
function hideOwnAddress(list: string): string {
  return list.replace(/[^,\s]+/g, (address) => {
    const isOwn = OWN_ADDRESSES.size === 0 ? address === "127.0.0.1" : OWN_ADDRESSES.has(address);
    return isOwn ? "{{local}}" : address;
  });
}
