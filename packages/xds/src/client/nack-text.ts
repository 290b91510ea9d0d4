/** A NACK is for people to read; a server that sent 10,000 bad clusters must not get 10,000 sentences back. */
const MAX_LENGTH = 4_096;

/** All problems in one text, cut off with a count of the rest. */
export function nackText(problems: readonly string[]): string {
  let text = "";
  for (let i = 0; i < problems.length; i++) {
    const sentence = problems[i] as string;
    const left = problems.length - i;
    if (text.length + sentence.length + 2 > MAX_LENGTH) {
      if (text !== "") return `${text}; and ${left} more`;
      const cut = `${sentence.slice(0, MAX_LENGTH)}…`;
      return left === 1 ? cut : `${cut}; and ${left - 1} more`;
    }
    text = text === "" ? sentence : `${text}; ${sentence}`;
  }
  return text;
}
