const ESCAPE = "\x1b";
const END_OF_COLOUR = `${ESCAPE}[0m`;

/** A line that fits into so many columns. Colours (`ESC [ n m`) take no column, and are ended. */
export function cutLine(line: string, columns: number): string {
  const [plain = "", ...coloured] = line.split(ESCAPE);
  let cut = plain.slice(0, columns);
  let room = columns - cut.length;
  for (const part of coloured) {
    const end = part.indexOf("m") + 1;
    const text = part.slice(end);
    if (text.length > room)
      return `${cut}${ESCAPE}${part.slice(0, end)}${text.slice(0, room)}${END_OF_COLOUR}`;
    cut += ESCAPE + part;
    room -= text.length;
  }
  return cut;
}

/** Text in lines of at most so many columns, broken between words; those after the first are indented. */
export function wrapText(text: string, columns: number, indent: string): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const fits = line.length + 1 + word.length <= columns || line.trim() === "";
    if (fits) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
