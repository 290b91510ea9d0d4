/** Bytes that need no escape: RFC 3986, section 2.3. */
const UNRESERVED = /^[A-Za-z0-9._~-]$/;
const HEX_DIGIT = /^[0-9A-Fa-f]$/;
/** What may not stand in a path as it is. A lone `%` may: it is kept, as browsers keep it. */
const NEEDS_ESCAPE = /[^!$-;=?-Z[\]_a-z~]/gu;

/**
 * The canonical form of a path without query: dot segments resolved, `\` as `/`, unreserved bytes decoded, forbidden
 * ones escaped. `undefined` if it holds an escaped NUL, which Envoy refuses.
 *
 * Dots count where they are escaped (`%2e`), and where parameters follow (`..;x=1`), since Java's servlet containers
 * drop those and would climb. Envoy lets `%2e%2e;` through as `..;`; here both count together.
 */
export function canonicalPath(path: string): string | undefined {
  if (path.includes("%00")) return undefined;
  const segments = path.split(/[/\\]/);
  const kept: string[] = [];
  for (const [i, segment] of segments.entries()) {
    if (i === 0) continue; // What stands before the first slash: nothing.
    const last = i === segments.length - 1;
    const dots = dotsOf(segment);
    // `/a/..` is a folder, `/`: a dot segment at the end leaves its slash.
    if (dots === 2) kept.pop();
    if (dots === 0) kept.push(canonicalSegment(segment));
    else if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}

const DOTS = /^((?:\.|%2e){1,2})(?:;.*)?$/is;

/** 1 for a segment that is `.`, 2 for `..`, else 0. */
function dotsOf(segment: string): number {
  const dots = DOTS.exec(segment)?.[1] ?? "";
  return dots.replace(/%2e/gi, ".").length;
}

function canonicalSegment(segment: string): string {
  const decoded = segment.includes("%") ? decodeUnreserved(segment) : segment;
  return decoded.replace(NEEDS_ESCAPE, escapeChar);
}

/** A head holds bytes, one in a character. What is more than a byte came as text, and goes out as UTF-8. */
function escapeChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code <= 0xff) return escapeByte(code);
  return Array.from(Buffer.from(char, "utf8"), escapeByte).join("");
}

function escapeByte(byte: number): string {
  return (byte < 16 ? "%0" : "%") + byte.toString(16).toUpperCase();
}

/**
 * Decodes escapes of unreserved bytes and leaves all others as they are.
 *
 * A stray `%` before a decoded byte could form a new escape with it (`%%32e` would become `%2e`), which the next hop
 * would decode. That `%` is escaped, as browsers do.
 */
function decodeUnreserved(segment: string): string {
  let result = "";
  for (let at = 0; at < segment.length; ) {
    const unit = unitAt(segment, at);
    result += unit === "%" && joinsWhatFollows(segment, at + 1) ? "%25" : unit;
    at += widthAt(segment, at);
  }
  return result;
}

/** Whether what stands here will be two hexadecimal digits. At least one is decoded, else it were an escape already. */
function joinsWhatFollows(segment: string, at: number): boolean {
  return HEX_DIGIT.test(unitAt(segment, at)) && HEX_DIGIT.test(unitAt(segment, at + widthAt(segment, at)));
}

/** What becomes of the text at that place: a decoded byte, a whole escape that stays, or the character itself. */
function unitAt(text: string, at: number): string {
  if (widthAt(text, at) === 1) return text.charAt(at);
  const escaped = text.slice(at, at + 3);
  const decoded = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return UNRESERVED.test(decoded) ? decoded : escaped;
}

/** 3 for an escape, 1 for any other character. */
function widthAt(text: string, at: number): 1 | 3 {
  const escaped =
    text.charAt(at) === "%" && HEX_DIGIT.test(text.charAt(at + 1)) && HEX_DIGIT.test(text.charAt(at + 2));
  return escaped ? 3 : 1;
}
