/** What the program around the dashboard offers. */
export interface OfferedAction {
  readonly name: string;
  readonly label: string;
  readonly group: string;
  readonly choices: readonly string[];
}

export async function fetchActions(): Promise<readonly OfferedAction[]> {
  const answer = await fetch("./api/actions");
  return (await answer.json()) as readonly OfferedAction[];
}

/** Has it done, and gives a sentence about what came of it. */
export async function runAction(name: string, choice: string | undefined): Promise<string> {
  try {
    const answer = await fetch(`./api/actions/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-dualmesh-dashboard": "1" },
      body: JSON.stringify(choice === undefined ? {} : { choice }),
    });
    const { sentence, error } = (await answer.json()) as {
      readonly sentence?: string;
      readonly error?: string;
    };
    return sentence ?? error ?? `the dashboard answered ${answer.status}`;
  } catch (error) {
    return `the dashboard does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
