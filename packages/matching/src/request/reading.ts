/**
 * What a matcher can tell apart: two requests that agree in this are the same to it. Whoever keeps decisions makes keys
 * of it.
 */
export type Reading =
  | HeaderReading
  /** The first value of a query parameter. */
  | { readonly kind: "query"; readonly name: string }
  /** The client's certificate. */
  | { readonly kind: "certificate" }
  /** Something else that is known of the call, and that no key can stand for. */
  | { readonly kind: "facts" };

/** The values of a header. */
export interface HeaderReading {
  readonly kind: "header";
  /** As `fieldName` gives it. */
  readonly name: string;
  /** `presence`: only whether it is there. A list: only which of these values it has, or another, or none. */
  readonly detail: "whole" | "presence" | readonly string[];
  /** Whether one of the values listed must be there. Default false. */
  readonly decisive?: boolean;
}
