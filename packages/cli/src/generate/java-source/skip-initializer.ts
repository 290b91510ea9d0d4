import { UserError } from "../../user-error.ts";
import { parseType } from "./parse-type.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Up to the `,` or `;` behind the value of a field: `new HashMap<String, Order>(), other = a < b ? c : d;` */
export function skipInitializer(cursor: TokenCursor): void {
  while (!cursor.is(",") && !cursor.is(";")) {
    if (cursor.is("(") || cursor.is("[") || cursor.is("{")) cursor.skipEnclosed();
    else if (cursor.is("<")) skipLess(cursor);
    else if (cursor.peek().kind === "end" || cursor.is("}")) cursor.fail('";"');
    else cursor.at++;
  }
}

/** A `<` opens type arguments where types and a `>` follow, and then what only follows a type. It compares elsewhere. */
function skipLess(cursor: TokenCursor): void {
  const start = cursor.at;
  cursor.at++;
  if (cursor.accept(">")) return;
  try {
    do {
      if (!cursor.accept("?") || cursor.accept("extends") || cursor.accept("super")) parseType(cursor);
    } while (cursor.accept(","));
    cursor.expect(">");
    if (["(", "[", "{", "::", ".", ";", ","].some((sign) => cursor.is(sign)) || cursor.peek().kind === "word")
      return;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // No types: it compares.
  }
  cursor.at = start + 1;
}
