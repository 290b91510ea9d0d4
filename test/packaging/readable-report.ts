/** More members than this are a generated table, and changes in it are those of the files that it was generated from. */
const MAX_MEMBERS = 100;

/**
 * A report of API Extractor without what is the same in all of them or says nothing in a review: its title, its marks of
 * release and of missing comments, comments within a type, one import statement for each name, and the `_2` of names that
 * a global has too.
 */
export function readableReport(report: string): string {
  const code = /```ts\n([\s\S]*)```/.exec(report)?.[1] ?? "";
  const marked = code
    .replace(/^ *\/\/ (@public|\(undocumented\)|@public \(undocumented\))\n/gm, "")
    .replace(/^\/\/ \(No @packageDocumentation.*\n/m, "")
    .replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");
  const declarations = exportedInPlace(marked)
    .trim()
    .split(/\n{2,}/);
  const imports = declarations.flatMap((each) => (each.startsWith("import ") ? each.split("\n") : []));
  const rest = declarations.filter((each) => !each.startsWith("import ")).map(shortened);
  const text = [mergeImports(imports), ...rest].filter((each) => each !== "").join("\n\n");
  return text === "" ? "Nothing: importing it is its use." : `\`\`\`ts\n${text}\n\`\`\``;
}

/** `interface Body_2 {…}` and, elsewhere, `export { Body_2 as Body }` → `export interface Body {…}`. */
function exportedInPlace(code: string): string {
  let text = code;
  for (const [statement, inside = "", outside] of code.matchAll(/^export \{ (\w+) as (\w+) \}\n/gm)) {
    text = text
      .replace(statement, "")
      .replace(
        new RegExp(`^(?=(abstract |declare )*(class|const|function|interface|type) ${inside}\\b)`, "m"),
        "export ",
      )
      .replaceAll(new RegExp(`\\b${inside}\\b`, "g"), outside ?? inside);
  }
  for (const [, name = ""] of code.matchAll(/^import .*\{ (\w+) as \1_2 \}/gm)) {
    text = text.replace(`${name} as ${name}_2`, name).replaceAll(new RegExp(`\\b${name}_2\\b`, "g"), name);
  }
  return text;
}

/** One statement for each module, whether a name comes as a type or as a value: to a declaration it is the same. */
function mergeImports(statements: readonly string[]): string {
  const modules = new Map<string, string[]>();
  const whole: string[] = [];
  for (const statement of statements) {
    const [, name, module] = /^import (?:type )?\{ (.+) \} from '(.+)';$/.exec(statement) ?? [];
    if (name === undefined || module === undefined) whole.push(statement);
    else modules.set(module, [...(modules.get(module) ?? []), name]);
  }
  const merged = [...modules].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...whole,
    ...merged.map(([module, names]) => `import { ${names.join(", ")} } from "${module}";`),
  ].join("\n");
}

function shortened(declaration: string): string {
  const [first = "", ...members] = declaration.split("\n");
  if (members.length <= MAX_MEMBERS || !/^export interface /.test(first)) return declaration;
  return `${first} /* ${members.length - 1} generated members */ }`;
}
