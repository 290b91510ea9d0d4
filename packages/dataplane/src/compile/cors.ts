import type { MessageTypes } from "@dualmesh/envoy-api";
import { type CorsPlan, compileCors } from "@dualmesh/routing/cors";
import { compileMessage } from "./filter-message.ts";
import { runtimeFraction } from "./fraction.ts";
import { stringMatcher } from "./matching.ts";

/**
 * Compiles a CorsPolicy.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function corsPlan(
  message: MessageTypes["envoy.extensions.filters.http.cors.v3.CorsPolicy"],
): CorsPlan {
  return compileMessage((report) => {
    report.checkFields("cors", message, {
      uses: [
        "allow_origin_string_match",
        "allow_methods",
        "allow_headers",
        "expose_headers",
        "max_age",
        "allow_credentials",
        "filter_enabled",
        "shadow_enabled",
        "allow_private_network_access",
        "forward_not_matching_preflights",
      ],
    });
    const { filter_enabled: enabled, shadow_enabled: shadow } = message;
    for (const field of ["filter_enabled", "shadow_enabled"] as const) {
      if (message[field] !== undefined && message[field].default_value === undefined) {
        report.refuse(`cors.${field}.default_value`, "it is missing");
      }
    }
    return compileCors({
      allowOrigins: message.allow_origin_string_match.map((one, i) =>
        stringMatcher(one, `cors.allow_origin_string_match[${i}]`, report),
      ),
      allowMethods: message.allow_methods,
      allowHeaders: message.allow_headers,
      exposeHeaders: message.expose_headers,
      maxAge: message.max_age,
      allowCredentials: message.allow_credentials,
      allowPrivateNetworkAccess: message.allow_private_network_access,
      forwardNotMatchingPreflights: message.forward_not_matching_preflights,
      enabled: enabled && runtimeFraction(enabled, "cors.filter_enabled", report),
      shadow: shadow && runtimeFraction(shadow, "cors.shadow_enabled", report),
    });
  });
}
