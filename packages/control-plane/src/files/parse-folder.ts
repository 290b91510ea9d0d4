import { type ParsedResources, parseResources, problemsOf } from "../resource/parse-resources.ts";
import { groupOfPath } from "../view/group-view.ts";
import { joinParts, type ParsedConfig } from "../view/join-parts.ts";
import type { OpenDocument } from "./open-document.ts";
import type { FileText, FolderText } from "./read-folder.ts";

/**
 * Understands folders, one after the other. A file whose bytes are known is not parsed again: a change of one small file
 * beside a large one must not cost the large one.
 */
export class FolderParser {
  readonly #open: OpenDocument;
  #known = new Map<string, ParsedResources>();

  constructor(open: OpenDocument) {
    this.#open = open;
  }

  parse({ files, problems }: FolderText): ParsedConfig {
    const known = new Map<string, ParsedResources>();
    const parsed = files.map((file) => {
      const key = `${file.path}\0${file.digest}`;
      const result = this.#known.get(key) ?? this.#parseFile(file);
      known.set(key, result);
      return { group: groupOfPath(file.path), ...result };
    });
    this.#known = known;
    return joinParts(parsed, problems);
  }

  #parseFile(file: FileText): ParsedResources {
    try {
      const source = this.#open(file);
      return parseResources({ value: source.value, source, reopen: () => this.#open(file) });
    } catch (error) {
      return { resources: [], problems: problemsOf(error) };
    }
  }
}
