export { EXIT, type ExitCode } from "./exit-code.ts";
export { runProgram } from "./program.ts";
