/** What becomes of an exception in somebody's callback, where nothing else is asked for: it is shown, and nothing stops. */
export function warnOfDefect(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
