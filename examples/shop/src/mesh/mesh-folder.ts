import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Files of the configuration folder that change while the demo runs. */
export type MeshFile = "outbound.yaml" | "clusters.yaml" | "routes.yaml" | "web/modes.yaml";

/** The folder that the control plane watches. */
export class MeshFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes it, with the subfolder for the nodes of `web`. */
  async create(): Promise<void> {
    await mkdir(join(this.path, "web"), { recursive: true });
  }

  /** Puts a file in place as a whole: whoever reads sees the old one or the new one. Fails once the folder is gone. */
  async write(file: MeshFile, text: string): Promise<void> {
    const path = join(this.path, file);
    // Names that begin with a dot are nobody's configuration.
    const draft = join(dirname(path), `.${basename(path)}.new`);
    await writeFile(draft, text);
    await rename(draft, path);
  }
}
