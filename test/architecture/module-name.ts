import type { Package, Workspace } from "./workspace.ts";

/** `@scope/name/sub/path` → its package and its subpath in `exports` form; undefined for `./x`, `node:x`, `#x`. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } | undefined {
  if (/^(\.|\/|#|node:|file:|data:)/.test(specifier)) return undefined;
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  const rest = parts.slice(length).join("/");
  return { name: parts.slice(0, length).join("/"), subpath: rest === "" ? "." : `./${rest}` };
}

/** The package of this workspace that a specifier names; undefined for relative, third-party and built-in ones. */
export function neighbourOf(specifier: string, workspace: Workspace): Package | undefined {
  const name = splitSpecifier(specifier)?.name;
  return workspace.packages.find((each) => each.name === name);
}

/** The name that the table of floors uses. */
export function floorName(home: string): string {
  return home.startsWith("examples/") ? "examples" : home.replace(/^packages\//, "");
}
