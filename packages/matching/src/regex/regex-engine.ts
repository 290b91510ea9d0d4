import { createRequire } from "node:module";
import type { RE2JS } from "re2js";

/** What this package uses of a compiled expression. */
export type EngineRegex = RE2JS;

let engine: typeof import("re2js") | undefined;

/**
 * Compiles with RE2's syntax and its promise: time linear in the text, whatever the pattern.
 *
 * The engine is loaded by the first expression, since it takes 9 ms and 260 kB of source, and most configurations have
 * no expression. By `require`, since compiling configuration is synchronous.
 *
 * @throws an error of the engine on a pattern that RE2 refuses.
 */
export function compileWithEngine(pattern: string): EngineRegex {
  engine ??= createRequire(import.meta.url)("re2js") as typeof import("re2js");
  return engine.RE2JS.compile(pattern);
}
