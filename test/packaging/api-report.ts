import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { readableReport } from "./readable-report.ts";

/** A package whose declarations stand in `dist`: see `listPublished`. */
export interface Reported {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: {
    readonly name: string;
    readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** One entry point: what users write to import it, and its declarations. */
interface Entry {
  readonly name: string;
  readonly declarations: string;
}

/**
 * The text of each package's `api.md`: every entry point with its public names and their types, for reviewers. From the
 * declarations that `tsc` built, so build first.
 *
 * API Extractor reads them with the TypeScript 6 that it brings: declarations of TypeScript 7 have no other syntax, and
 * it takes types over as they are written.
 *
 * @throws {Error} when declarations are missing or API Extractor finds them wrong.
 */
export async function createApiReports(packages: readonly Reported[]): Promise<ReadonlyMap<string, string>> {
  const scratch = await mkdtemp(join(tmpdir(), "dualmesh-api-"));
  try {
    await mkdir(join(scratch, "reports"));
    const all = packages.map((each) => ({ each, entries: entriesOf(each) }));
    const files = all.flatMap(({ entries }) => entries.map(({ declarations }) => declarations));
    const configure = (each: Reported, entry: Entry) => configFor(each.folder, entry, files, scratch);
    const [first] = all;
    if (first?.entries[0] === undefined) return new Map();
    // One program for all of them: each would read the same declarations again, ten times as long.
    const compilerState = CompilerState.create(configure(first.each, first.entries[0]), {
      additionalEntryPoints: files,
    });
    const reports = new Map<string, string>();
    for (const { each, entries } of all) {
      const sections: string[] = [];
      for (const entry of entries) {
        const config = configure(each, entry);
        Extractor.invoke(config, { localBuild: true, compilerState, messageCallback: refuse });
        const section = readableReport(await readFile(config.reportFilePath, "utf8"));
        sections.push(`## ${entry.name}\n\n${section}\n`);
      }
      reports.set(join(each.folder, "api.md"), [heading(each), ...sections].join("\n"));
    }
    return reports;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function heading({ manifest }: Reported): string {
  return `# What ${manifest.name} exports

Written by \`npm run api\`, for those who review a change: do not edit. What has no \`export\` before it cannot be imported; it
stands here because a signature names it.
`;
}

function entriesOf({ folder, manifest }: Reported): Entry[] {
  return Object.entries(manifest.exports ?? {}).map(([subpath, { types = "" }]) => {
    const declarations = join(folder, types);
    if (!existsSync(declarations)) throw new Error(`${declarations} does not exist; npm run build makes it`);
    return { name: manifest.name + subpath.slice(1), declarations };
  });
}

function configFor(
  folder: string,
  { name, declarations }: Entry,
  files: readonly string[],
  scratch: string,
): ExtractorConfig {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const compilerOptions = { module: "nodenext", target: "es2024", lib: ["es2024", "esnext.disposable"] };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declarations,
      compiler: {
        overrideTsconfig: {
          compilerOptions: { ...compilerOptions, strict: true, skipLibCheck: true, types: ["node"] },
          files,
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name.replace(/\W+/g, "-"),
        reportFolder: join(scratch, "reports"),
        reportTempFolder: join(scratch, "fresh"),
        // A type that no entry exports is still part of the signatures that use it. The thousand of Envoy's messages
        // are not ours: of them, the table that is exported names all.
        includeForgottenExports: !existsSync(join(folder, "dist", "generated")),
      },
      newlineKind: "lf",
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // What stands in comments, and how names are marked for release, is not its business here.
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  });
}

/** Everything that it would print: its news are what we want, so that only an error is one. */
function refuse(message: {
  readonly logLevel: ExtractorLogLevel;
  readonly text: string;
  readonly sourceFilePath: string | undefined;
  handled: boolean;
}): void {
  message.handled = true;
  if (message.logLevel !== ExtractorLogLevel.Error) return;
  throw new Error(`api report: ${basename(message.sourceFilePath ?? "")}: ${message.text}`);
}
