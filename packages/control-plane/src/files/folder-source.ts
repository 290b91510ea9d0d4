import type { Clock } from "@dualmesh/core";
import { FolderWatch } from "./folder-watch.ts";
import { type FolderText, readFolder, stampFolder } from "./read-folder.ts";

export interface FolderSourceOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly debounceMs: number;
  /** Called with what stands in the folder, at first and whenever it may have changed. Never twice at a time. */
  readonly onText: (text: FolderText) => void;
  readonly onBlind: (reason: string) => void;
}

/** A folder as a stream of its contents. */
export class FolderSource {
  readonly #options: FolderSourceOptions;
  readonly #watch: FolderWatch;
  #stamp = "";
  /** One read at a time; what is asked for meanwhile is one more read after it. */
  #reading: Promise<void> | undefined;
  #again: Promise<void> | undefined;

  constructor(options: FolderSourceOptions) {
    this.#options = options;
    this.#watch = new FolderWatch({
      folder: options.folder,
      clock: options.clock,
      debounceMs: options.debounceMs,
      onChange: () => void this.read(),
      onPoll: () => void this.#poll(),
      onBlind: options.onBlind,
    });
  }

  /** Reads the folder now; resolves when `onText` has had a text that is no older than this call. */
  read(): Promise<void> {
    if (this.#reading === undefined) {
      this.#reading = this.#read().finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    }
    this.#again ??= this.#reading.then(() => {
      this.#again = undefined;
      return this.read();
    });
    return this.#again;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    await this.#again;
    await this.#reading;
  }

  async #read(): Promise<void> {
    this.#watch.beginWalk();
    const text = await readFolder(this.#options.folder, (path, identity) => this.#watch.add(path, identity));
    this.#watch.endWalk();
    this.#stamp = text.stamp;
    this.#options.onText(text);
  }

  async #poll(): Promise<void> {
    const { stamp } = await stampFolder(this.#options.folder);
    if (stamp !== this.#stamp) await this.read();
  }
}
