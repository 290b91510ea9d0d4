import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type Clock, systemClock } from "@dualmesh/core";
import { isMissing } from "./file-error.ts";

export interface FolderWatchOptions {
  readonly folder: string;
  readonly clock?: Clock;
  /** How long it must be quiet before a change counts as complete. Milliseconds. Default 20. */
  readonly debounceMs?: number;
  /** How often to look without having been told. Milliseconds. Default 2000. */
  readonly pollMs?: number;
  /** Something happened, and it has been quiet since. */
  readonly onChange: () => void;
  /** Nothing is known to have happened; look whether something did. */
  readonly onPoll: () => void;
  /** The system refuses to watch (a limit of inotify, a network file system): only the poll is left. */
  readonly onBlind?: (reason: string) => void;
}

/**
 * Watches the directories of one configuration folder, each by itself: the recursive mode of `fs.watch` loses
 * directories that are replaced. What it hears is only a hint to look again, so it filters nothing, and a poll makes up
 * for what it does not hear.
 *
 * The folder above is watched too, for the folder itself may be a link that is swapped, or be deleted and made anew.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #clock: Clock;
  readonly #debounceMs: number;
  readonly #watched = new Map<string, Watched>();
  #round = 0;
  #quiet: Disposable | undefined;
  #firstEventAt = 0;
  #poll: Disposable | undefined;
  /** Said once, not for each directory. */
  #blind = false;
  #closed = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#debounceMs = options.debounceMs ?? 20;
    this.#schedulePoll();
  }

  /** Before a walk: directories that `add` does not name until `endWalk` are forgotten. */
  beginWalk(): void {
    this.#round++;
    const folder = resolve(this.#options.folder);
    this.#watch(dirname(folder), "above", basename(folder));
  }

  add(directory: string, identity: string): void {
    this.#watch(directory, identity, undefined);
  }

  endWalk(): void {
    for (const [path, { watcher, round }] of this.#watched) {
      if (round === this.#round) continue;
      watcher.close();
      this.#watched.delete(path);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#quiet?.[Symbol.dispose]();
    this.#poll?.[Symbol.dispose]();
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  /** `only` limits the events to one name: of the folder above, only this folder matters. */
  #watch(path: string, identity: string, only: string | undefined): void {
    if (this.#closed) return;
    const before = this.#watched.get(path);
    if (before?.identity === identity) {
      before.round = this.#round;
      return;
    }
    before?.watcher.close();
    this.#watched.delete(path);
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        if (only === undefined || name === null || name === only) this.#heard();
      });
      // A directory that goes away is an error on some systems; the next walk, or the poll, sees what is left.
      watcher.on("error", () => {
        this.#forget(path, watcher);
        this.#heard();
      });
      this.#watched.set(path, { watcher, identity, round: this.#round });
    } catch (error) {
      // What is gone again the next walk will miss; the folder above may not be ours to watch, and is rarely needed.
      if (isMissing(error) || only !== undefined || this.#blind) return;
      this.#blind = true;
      this.#options.onBlind?.(error instanceof Error ? error.message : String(error));
    }
  }

  #forget(path: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watched.get(path)?.watcher === watcher) this.#watched.delete(path);
  }

  /** Waits for quiet, but not for ever: under a steady stream of events, a change is looked at after five waits. */
  #heard(): void {
    if (this.#closed) return;
    const nowMs = this.#clock.now();
    if (this.#quiet === undefined) this.#firstEventAt = nowMs;
    else this.#quiet[Symbol.dispose]();
    const latest = this.#firstEventAt + 5 * this.#debounceMs - nowMs;
    this.#quiet = this.#clock.setTimer(
      () => {
        this.#quiet = undefined;
        this.#options.onChange();
      },
      Math.max(0, Math.min(this.#debounceMs, latest)),
    );
  }

  #schedulePoll(): void {
    this.#poll = this.#clock.setTimer(() => {
      this.#options.onPoll();
      this.#schedulePoll();
    }, this.#options.pollMs ?? 2_000);
  }
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
  round: number;
}
