import { asBytes } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HeaderMutations, HeaderToAdd } from "@dualmesh/routing";
import { enumValue } from "./enum-value.ts";
import type { CompileReport } from "./report.ts";

type HeaderValueOption = MessageTypes["envoy.config.core.v3.HeaderValueOption"];

/** What routes, virtual hosts, weighted clusters and whole configurations have in common. */
export interface MutatingMessage {
  readonly request_headers_to_add: readonly HeaderValueOption[];
  readonly request_headers_to_remove: readonly string[];
  readonly response_headers_to_add: readonly HeaderValueOption[];
  readonly response_headers_to_remove: readonly string[];
}

/** The header mutations of one level, for both directions. */
export interface MutationsOfLevel {
  readonly requestHeaders: HeaderMutations;
  readonly responseHeaders: HeaderMutations;
}

/** The fields that {@link headerMutations} reads. */
export const MUTATION_FIELDS = [
  "request_headers_to_add",
  "request_headers_to_remove",
  "response_headers_to_add",
  "response_headers_to_remove",
] as const;

/** Reads the header mutations of one level. */
export function headerMutations(
  message: MutatingMessage,
  path: string,
  report: CompileReport,
): MutationsOfLevel {
  return {
    requestHeaders: {
      remove: message.request_headers_to_remove,
      add: headerAdditions(message.request_headers_to_add, `${path}.request_headers_to_add`, report),
    },
    responseHeaders: {
      remove: message.response_headers_to_remove,
      add: headerAdditions(message.response_headers_to_add, `${path}.response_headers_to_add`, report),
    },
  };
}

/** Reads headers to add. */
export function headerAdditions(
  options: readonly HeaderValueOption[],
  path: string,
  report: CompileReport,
): HeaderToAdd[] {
  return options.flatMap((option, i) => headerToAdd(option, `${path}[${i}]`, report) ?? []);
}

/** Reads a HeaderValueOption; `undefined` where it was refused. */
export function headerToAdd(
  option: HeaderValueOption,
  path: string,
  report: CompileReport,
): HeaderToAdd | undefined {
  const { header } = option;
  if (header === undefined) {
    report.refuse(`${path}.header`, "it is missing");
    return undefined;
  }
  const { key: name, value } = header;
  const action = actionOf(option, path, report);
  return { name, value: asBytes(value), action, keepEmptyValue: option.keep_empty_value };
}

/** The older `append` flag, where it is given, says the same as two of the actions. */
function actionOf(
  option: HeaderValueOption,
  path: string,
  report: CompileReport,
): NonNullable<HeaderToAdd["action"]> {
  if (option.append !== undefined) return option.append ? "append" : "overwrite";
  return appendAction(option.append_action, `${path}.append_action`, report);
}

/** What an `append_action`, or an action of a query's parameter, is called here. */
export function appendAction(
  action: HeaderValueOption["append_action"],
  path: string,
  report: CompileReport,
): NonNullable<HeaderToAdd["action"]> {
  return enumValue(action, ACTIONS, path, report);
}

const ACTIONS: Readonly<Record<string, NonNullable<HeaderToAdd["action"]>>> = {
  APPEND_IF_EXISTS_OR_ADD: "append",
  ADD_IF_ABSENT: "add-if-absent",
  OVERWRITE_IF_EXISTS_OR_ADD: "overwrite",
  OVERWRITE_IF_EXISTS: "overwrite-if-exists",
};
