import { MeshError } from "@dualmesh/core";

/** Something that the program around the dashboard lets its reader do: a button. */
export interface DashboardAction {
  /** Unique among them; part of a path. Letters, digits, `-` and `_`. */
  readonly name: string;
  /** What the button says. */
  readonly label: string;
  /** The heading under which it stands. Default none. */
  readonly group?: string;
  /** A button for each of these in place of one; `run` gets the one that was pressed. */
  readonly choices?: readonly string[];
  /** Does it, and gives a sentence about what came of it. A rejection's message is shown. */
  run(choice: string | undefined): Promise<string>;
}

/** What came of an action. */
export interface ActionResult {
  readonly ok: boolean;
  readonly sentence: string;
}

/** The actions of one dashboard, done one after the other: a restart must not overtake a kill. */
export class ActionDesk {
  readonly #actions: ReadonlyMap<string, DashboardAction>;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws {RangeError} for two actions of one name, and for a name that is no part of a path. */
  constructor(actions: readonly DashboardAction[]) {
    for (const [index, { name }] of actions.entries()) {
      if (!/^[\w-]{1,64}$/.test(name)) {
        throw new RangeError(
          `dashboard: expected the name of an action to be 1 to 64 letters, digits, - and _, got "${name}"`,
        );
      }
      if (actions.findIndex((other) => other.name === name) !== index) {
        throw new RangeError(`dashboard: two actions have the name "${name}"`);
      }
    }
    this.#actions = new Map(actions.map((action) => [action.name, action]));
  }

  /** What the page shows. */
  describe(): unknown {
    return [...this.#actions.values()].map(({ name, label, group = "", choices = [] }) => ({
      name,
      label,
      group,
      choices,
    }));
  }

  /** @throws {MeshError} `NOT_FOUND` for a name that nobody offers, `INVALID_ARGUMENT` for a choice that it has not. */
  run(name: string, choice: string | undefined): Promise<ActionResult> {
    const action = this.#actions.get(name);
    if (action === undefined) throw new MeshError("NOT_FOUND", `no action "${name}" is offered`);
    const { choices } = action;
    if (choices === undefined ? choice !== undefined : choice === undefined || !choices.includes(choice)) {
      const expected = choices === undefined ? "no choice" : `one of ${choices.join(", ")}`;
      throw new MeshError(
        "INVALID_ARGUMENT",
        `action "${name}": expected ${expected}, got ${choice === undefined ? "none" : JSON.stringify(choice)}`,
      );
    }
    const done = this.#last
      .then(() => action.run(choice))
      .then(
        (sentence): ActionResult => ({ ok: true, sentence }),
        (error: unknown): ActionResult => ({
          ok: false,
          sentence: error instanceof Error ? error.message : String(error),
        }),
      );
    this.#last = done;
    return done;
  }
}
