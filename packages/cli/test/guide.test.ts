import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const guide = readFileSync(new URL("../../../docs/guide/routing.md", import.meta.url), "utf8");

/** The blocks of a language, in order. */
function blocks(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
}

/** What one runs, and what it prints. */
function sessions(): readonly (readonly [string, string])[] {
  return blocks("console")
    .join("")
    .split(/^\$ dualmesh /m)
    .slice(1)
    .map((session) => {
      const end = session.indexOf("\n");
      return [session.slice(0, end), session.slice(end + 1)];
    });
}

test.each(sessions())("the guide shows what this prints: dualmesh %s", async (command, shown) => {
  const folder = await temporaryFolder();
  const [today = ""] = blocks("yaml");
  await writeFile(join(folder, "today.yaml"), today);
  await writeFile(
    join(folder, "tomorrow.yaml"),
    today.replace("{prefix: /api}", "{path_separated_prefix: /api}"),
  );
  const words = command.split(" ").map((word) => (word.endsWith(".yaml") ? join(folder, word) : word));
  expect((await printed(...words)).stdout.replaceAll(`${folder}/`, "")).toBe(shown);
});
