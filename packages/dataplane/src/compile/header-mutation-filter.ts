import type { MessageTypes } from "@dualmesh/envoy-api";
import { compileStringMatcher, type StringPredicate } from "@dualmesh/matching";
import { compileHeaderMutations, type HeaderMutations } from "@dualmesh/routing";
import type { HeaderMutationConfig, HeaderStep, MutationLevel } from "../filters/header-mutation.ts";
import { compileQueryMutations, type QueryMutation, type QueryMutator } from "../filters/query-mutations.ts";
import { FORMAT_COMMANDS } from "../format-commands.ts";
import { compileMessage } from "./filter-message.ts";
import { appendAction, headerToAdd } from "./header-mutations.ts";
import { stringMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";

type Mutations = MessageTypes["envoy.extensions.filters.http.header_mutation.v3.Mutations"];
type HeaderMutation = MessageTypes["envoy.config.common.mutation_rules.v3.HeaderMutation"];
type KeyValueMutation = MessageTypes["envoy.config.core.v3.KeyValueMutation"];

const NO_STEPS: MutationLevel = {
  request: [],
  query: undefined,
  requestTrailers: [],
  response: [],
  responseTrailers: [],
};

/**
 * Compiles a HeaderMutation: the filter in its chain.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function headerMutationConfig(
  message: MessageTypes["envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"],
): HeaderMutationConfig {
  return compileMessage((report) => {
    report.checkFields("header_mutation", message, {
      uses: ["mutations", "most_specific_header_mutations_wins"],
    });
    return {
      own: compileLevel(message.mutations, report),
      mostSpecificWins: message.most_specific_header_mutations_wins,
    };
  });
}

/**
 * Compiles a HeaderMutationPerRoute.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function headerMutationLevel(
  message: MessageTypes["envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute"],
): MutationLevel {
  return compileMessage((report) => {
    report.checkFields("header_mutation", message, { uses: ["mutations"] });
    return compileLevel(message.mutations, report);
  });
}

function compileLevel(message: Mutations | undefined, report: CompileReport): MutationLevel {
  if (message === undefined) return NO_STEPS;
  const here = "header_mutation.mutations";
  report.checkFields(here, message, {
    uses: [
      "request_mutations",
      "response_mutations",
      "query_parameter_mutations",
      "response_trailers_mutations",
      "request_trailers_mutations",
    ],
  });
  const steps = (
    field:
      | "request_mutations"
      | "response_mutations"
      | "response_trailers_mutations"
      | "request_trailers_mutations",
  ): HeaderStep[] =>
    message[field].flatMap((one, i) => headerStep(one, `${here}.${field}[${i}]`, report) ?? []);
  return {
    request: steps("request_mutations"),
    query: queryMutator(message.query_parameter_mutations, `${here}.query_parameter_mutations`, report),
    requestTrailers: steps("request_trailers_mutations"),
    response: steps("response_mutations"),
    responseTrailers: steps("response_trailers_mutations"),
  };
}

function headerStep(message: HeaderMutation, path: string, report: CompileReport): HeaderStep | undefined {
  const { append, remove, remove_on_match: removeOnMatch } = message;
  const compile = (mutations: HeaderMutations): HeaderStep | undefined =>
    report.attempt(path, () => compileHeaderMutations(mutations, FORMAT_COMMANDS));
  if (append !== undefined) {
    const header = headerToAdd(append, `${path}.append`, report);
    return header && compile({ add: [header] });
  }
  if (remove !== undefined) return compile({ remove: [remove] });
  const matcher = removeOnMatch?.key_matcher;
  if (matcher === undefined) {
    report.refuse(path, "expected append, remove or remove_on_match with a key_matcher");
    return undefined;
  }
  const here = `${path}.remove_on_match.key_matcher`;
  const names = report.attempt(here, () => compileStringMatcher(stringMatcher(matcher, here, report)));
  return names && removalOf(names);
}

/** Names are compared in lower case, whatever the matcher's is. Host, path and the like are no headers here, and stay. */
function removalOf(names: StringPredicate): HeaderStep {
  return {
    apply(headers) {
      const found = [...headers].map(([name]) => name.toLowerCase()).filter((name) => names.matches(name));
      for (const name of found) headers.delete(name);
    },
  };
}

function queryMutator(
  messages: readonly KeyValueMutation[],
  path: string,
  report: CompileReport,
): QueryMutator | undefined {
  if (messages.length === 0) return undefined;
  const mutations = messages.flatMap((one, i) => queryMutation(one, `${path}[${i}]`, report) ?? []);
  return report.attempt(path, () => compileQueryMutations(mutations, FORMAT_COMMANDS));
}

function queryMutation(
  { append, remove }: KeyValueMutation,
  path: string,
  report: CompileReport,
): QueryMutation | undefined {
  if (append === undefined) {
    if (remove !== "") return { kind: "remove", name: remove };
    report.refuse(path, "expected append or remove");
    return undefined;
  }
  if (remove !== "") report.refuse(path, "expected append or remove, and not both");
  report.checkFields(`${path}.append`, append, { uses: ["record", "action"] });
  const { record, action } = append;
  const value = record?.value;
  if (record === undefined || record.key === "" || typeof value !== "string") {
    report.refuse(`${path}.append.record`, "expected a key, and a text as its value");
    return undefined;
  }
  return {
    kind: "add",
    name: record.key,
    value,
    action: appendAction(action, `${path}.append.action`, report),
  };
}
