import { MeshError } from "@dualmesh/core";
import { type AdminAnswer, type AdminPage, textAnswer } from "./admin-page.ts";

export interface AdminCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly isLocal: boolean;
}

/** Finds the page of a call. Never throws: an error of ours is what the query got wrong, any other one a defect. */
export function routeAdmin(pages: readonly AdminPage[], call: AdminCall): AdminAnswer {
  const { method, target, isLocal } = call;
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (path === "/" || path === "/help") return textAnswer(help(pages));
  const page = pages.find((one) => one.path === path);
  if (page === undefined) return textAnswer(`invalid path. ${help(pages)}`, 404);
  if (page.mutates === true && method !== "POST") {
    return textAnswer(`Method ${method} not allowed, POST required.`, 405);
  }
  try {
    return page.answer({ query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)), isLocal });
  } catch (error) {
    if (MeshError.is(error)) return textAnswer(`${path}: ${error.rawMessage}\n`, 400);
    return textAnswer(`${path}: ${error instanceof Error ? error.message : String(error)}\n`, 500);
  }
}

function help(pages: readonly AdminPage[]): string {
  const own: Pick<AdminPage, "path" | "summary" | "mutates" | "parameters"> = {
    path: "/help",
    summary: "print out list of admin commands",
  };
  const lines = [...pages, own]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, summary, mutates, parameters }) => [
      `  ${path}${mutates === true ? " (POST)" : ""}: ${summary}`,
      ...Object.entries(parameters ?? {}).map(([name, text]) => `      ${name}: ${text}`),
    ]);
  return `admin commands are:\n${lines.join("\n")}\n`;
}
