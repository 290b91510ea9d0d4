import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fetchActions, type OfferedAction, runAction } from "../action-client.ts";

/** What may be done to the mesh from here; nothing where the program around the dashboard offers nothing. */
export function Actions(): JSX.Element | null {
  const [offered, setOffered] = useState<readonly OfferedAction[]>([]);
  const [outcome, setOutcome] = useState("");
  const [busy, setBusy] = useState("");
  useEffect(() => {
    // Without an answer there is nothing to press, and the masthead says that nobody answers.
    fetchActions().then(setOffered, () => {});
  }, []);
  if (offered.length === 0) return null;
  const press = async ({ name, label }: OfferedAction, choice?: string): Promise<void> => {
    if (busy !== "") return;
    setBusy(name);
    setOutcome(`${label} …`);
    setOutcome(await runAction(name, choice));
    setBusy("");
  };
  return (
    <section aria-labelledby="actions-title">
      <h2 id="actions-title">Do something to it</h2>
      {[...Map.groupBy(offered, ({ group }) => group)].map(([group, actions]) => (
        <fieldset key={group} class="actions">
          <legend>{group === "" ? "Other" : group}</legend>
          <div class="buttons">
            {actions.flatMap((action) =>
              action.choices.length === 0
                ? [
                    <Button
                      key={action.name}
                      busy={busy}
                      text={action.label}
                      label={group === "" ? action.label : `${action.label}, ${group}`}
                      onPress={() => press(action)}
                    />,
                  ]
                : action.choices.map((choice) => (
                    <Button
                      key={`${action.name} ${choice}`}
                      busy={busy}
                      text={choice}
                      label={`${choice}, ${action.label}`}
                      onPress={() => press(action, choice)}
                    />
                  )),
            )}
          </div>
        </fieldset>
      ))}
      <p class="outcome" role="status">
        {outcome}
      </p>
    </section>
  );
}

interface ButtonProps {
  readonly busy: string;
  readonly text: string;
  /** Says it also without what stands around it; begins with the text. */
  readonly label: string;
  readonly onPress: () => Promise<void>;
}

/** Stays reachable while something is being done: a button that is disabled under the finger loses the focus. */
function Button({ busy, text, label, onPress }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="action"
      aria-disabled={busy !== ""}
      aria-label={label}
      onClick={() => void onPress()}
    >
      {text}
    </button>
  );
}
