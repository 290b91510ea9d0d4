/**
 * NODE_OPTIONS with the preload of the SDK, after what is there. The address is absolute, since a bare name would be
 * looked up from the application's folder.
 *
 * @param execArgv the options of this process: conditions by which `register` was found are needed to load it, too.
 */
export function withRegister(
  nodeOptions: string | undefined,
  register: string,
  execArgv: readonly string[],
): string {
  const before = nodeOptions?.trim() ?? "";
  const wanted = [...conditions(execArgv), `--import=${register}`];
  const added = wanted.filter((option) => !before.split(/\s+/).includes(option));
  return [before, ...added].filter((part) => part !== "").join(" ");
}

function conditions(execArgv: readonly string[]): readonly string[] {
  return execArgv.flatMap((arg, i) => {
    if (arg.startsWith("--conditions=")) return [arg];
    const next = execArgv[i + 1];
    return (arg === "--conditions" || arg === "-C") && next !== undefined ? [`--conditions=${next}`] : [];
  });
}
