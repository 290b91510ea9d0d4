import { MeshError } from "@dualmesh/core";
import { CompileReport } from "./report.ts";

/**
 * Compiles the message of a filter. Factories know no report: what is wrong is thrown, all of it, and whoever called the
 * factory says where it stands.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`, with the path of each problem inside the message.
 */
export function compileMessage<T>(compile: (report: CompileReport) => T): T {
  const report = new CompileReport();
  const compiled = compile(report);
  if (report.problems.length > 0) throw new MeshError("INVALID_ARGUMENT", report.problems.join("; "));
  return compiled;
}
