/** What is worth a line, least first; Envoy's names, of which some mean the same here. */
export const LOG_LEVELS = ["trace", "debug", "info", "warning", "warn", "error", "critical", "off"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

const RANKS: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 0,
  info: 1,
  warning: 2,
  warn: 2,
  error: 3,
  critical: 4,
  off: 5,
};

/** Writes lines of that level and above to stderr: `[2026-01-31T12:00:00.000Z][info] …`. */
export function createLog(least: LogLevel): (level: "info" | "warning" | "error", message: string) => void {
  return (level, message) => {
    if (RANKS[level] < RANKS[least]) return;
    process.stderr.write(`[${new Date().toISOString()}][${level}] ${message}\n`);
  };
}
