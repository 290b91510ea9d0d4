import type { Clock } from "@dualmesh/core";
import type { Problem } from "@dualmesh/envoy-api";
import { fileProblem } from "../files/file-error.ts";
import { FolderSource } from "../files/folder-source.ts";
import { loadOpenDocument } from "../files/open-document.ts";
import { FolderParser } from "../files/parse-folder.ts";
import type { FolderText } from "../files/read-folder.ts";
import type { ParsedConfig } from "../view/join-parts.ts";

export interface FolderFeedOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly debounceMs: number;
  /** Called with each content of the folder that differs from the one before. */
  readonly onConfig: (config: ParsedConfig) => void;
  readonly onBlind: (reason: string) => void;
}

/** A folder as a stream of configurations: read, compared, understood. */
export interface FolderFeed extends AsyncDisposable {
  /** Reads now. Resolves when `onConfig` has had what stands in the folder, or that is what it had last. */
  read(): Promise<void>;
}

export async function createFolderFeed(options: FolderFeedOptions): Promise<FolderFeed> {
  const parser = new FolderParser(await loadOpenDocument());
  let last = "";
  let hadFiles = false;
  let closed = false;

  function take(text: FolderText): void {
    const content = JSON.stringify([text.files.map(({ path, digest }) => [path, digest]), text.problems]);
    if (closed || content === last) return;
    last = content;
    const emptied = hadFiles && text.files.length === 0 && text.problems.length === 0;
    const config = emptied ? refuseEmptied(options.folder) : understand(parser, text);
    if (config.problems.length === 0) hadFiles = text.files.length > 0;
    options.onConfig(config);
  }

  const { folder, clock, debounceMs, onBlind } = options;
  const source = new FolderSource({ folder, clock, debounceMs, onText: take, onBlind });
  return {
    read: () => source.read(),
    async [Symbol.asyncDispose]() {
      closed = true;
      await source[Symbol.asyncDispose]();
    },
  };
}

/**
 * A folder that is emptied is more often one that is being replaced, by hand or by a failed job, than a wish to take all
 * configuration from all nodes.
 */
function refuseEmptied(folder: string): ParsedConfig {
  const message = 'has no configuration file any more; to serve nothing, leave one with "resources: []"';
  return refuse(fileProblem(folder, message));
}

/** A defect of ours must not end what is running: it is one more reason to keep what is served. */
function understand(parser: FolderParser, text: FolderText): ParsedConfig {
  try {
    return parser.parse(text);
  } catch (error) {
    return refuse({
      path: "",
      message: `cannot be understood: ${error instanceof Error ? error.message : error}`,
    });
  }
}

function refuse(problem: Problem): ParsedConfig {
  return { views: [], problems: [problem] };
}
