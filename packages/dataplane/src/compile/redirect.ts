import { asBytes } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { RedirectAction } from "@dualmesh/routing";
import { enumValue } from "./enum-value.ts";
import type { CompileReport } from "./report.ts";
import { pathRewrite } from "./rewrite.ts";

type RedirectMessage = MessageTypes["envoy.config.route.v3.RedirectAction"];

/** Compiles a RedirectAction. */
export function redirectAction(
  message: RedirectMessage,
  path: string,
  report: CompileReport,
): RedirectAction {
  report.checkFields(path, message, {
    uses: [
      "host_redirect",
      "path_redirect",
      "prefix_rewrite",
      "regex_rewrite",
      "https_redirect",
      "scheme_redirect",
      "port_redirect",
      "strip_query",
      "response_code",
    ],
  });
  const scheme = message.https_redirect === true ? "https" : message.scheme_redirect;
  const rewrite = pathRewrite(message, path, report);
  const whole =
    message.path_redirect === undefined
      ? undefined
      : ({ kind: "whole", value: asBytes(message.path_redirect) } as const);
  const newPath = whole ?? rewrite;
  return {
    kind: "redirect",
    status: enumValue(message.response_code, STATUSES, `${path}.response_code`, report),
    stripQuery: message.strip_query,
    ...(scheme === undefined ? {} : { scheme }),
    ...(message.host_redirect === "" ? {} : { host: asBytes(message.host_redirect) }),
    ...(message.port_redirect === 0 ? {} : { port: message.port_redirect }),
    ...(newPath === undefined ? {} : { path: newPath }),
  };
}

const STATUSES: Readonly<Record<string, NonNullable<RedirectAction["status"]>>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};
