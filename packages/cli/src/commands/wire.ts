import { Command, Option } from "commander";
import { endWith } from "../command-status.ts";
import { EXIT } from "../exit-code.ts";

/** Those of `@dualmesh/codecs/explain`, which is loaded only when it is used. */
const FORMATS = ["hessian-3", "hessian-4", "bolt", "bolt-header-map", "dubbo", "tr", "http1"] as const;
const PROFILES = ["sofa-3", "dubbo-3", "dubbo-2", "sofa-4", "caucho-4"] as const;

type Format = (typeof FORMATS)[number];

interface Flags {
  readonly as: Format;
  readonly json?: true;
  readonly profile?: (typeof PROFILES)[number];
}

const NOTATION = `
Notation of a value, with --json and for encode:
  {"t":"int","v":5}  {"t":"string","v":"x"}  {"t":"list","id":0,"type":null,"v":[…]}  {"t":"ref","v":0}
A frame is {"frame":{…}} with the fields of its protocol, values are {"values":[…]}, a header map is {"pairs":[…]}.`;

export function createCommand(name: string): Command {
  return new Command(name)
    .description(
      "Takes bytes of Hessian, Bolt, Dubbo, TR and HTTP/1 apart and puts them together, for whoever has an " +
        "incident or a peer of their own at hand.",
    )
    .addCommand(decodeCommand())
    .addCommand(encodeCommand())
    .addCommand(diffCommand())
    .addHelpText("after", `\nExample:\n  $ dualmesh wire decode --as hessian-4 7a9054`);
}

function formatOption(): Option {
  return new Option("--as <format>", "what the bytes are").choices(FORMATS).makeOptionMandatory();
}

function decodeCommand(): Command {
  const command: Command = new Command("decode")
    .summary("say what every byte is")
    .description(
      "Says what every byte is. With status 2 for bytes that are not valid, or not complete: what was " +
        "understood is printed.",
    )
    .argument(
      "<hex>",
      "all bytes of one frame, or of values; white space is let be. - reads lines of them, and prints JSON",
    )
    .addOption(formatOption())
    .option("--json", "print one JSON object, or one on a line for each line that is read")
    .addHelpText("after", NOTATION)
    .action(async (hex: string, flags: Flags) => {
      const { decodeLines, decodeOne } = await import("../wire/decode.ts");
      if (hex === "-") await decodeLines(flags.as, process.stdin, process.stdout);
      else endWith(command, decodeOne(flags.as, hex, flags.json === true) ? EXIT.fine : EXIT.invalid);
    });
  return command;
}

function encodeCommand(): Command {
  return new Command("encode")
    .summary("print the bytes of a notation")
    .description("Prints the bytes, in hex, of what decode --json has printed.")
    .argument("<json>", "a notation; - reads lines of them")
    .addOption(formatOption())
    .addOption(
      new Option("--profile <name>", "the Java library whose choices are made in Hessian").choices(PROFILES),
    )
    .addHelpText("after", NOTATION)
    .action(async (json: string, flags: Flags) => {
      const { encodeLines, encodeOne } = await import("../wire/encode.ts");
      if (json === "-") await encodeLines(flags.as, flags.profile, process.stdin, process.stdout);
      else process.stdout.write(`${encodeOne(flags.as, json, flags.profile)}\n`);
    });
}

function diffCommand(): Command {
  const command: Command = new Command("diff")
    .summary("say where two buffers differ in what they mean")
    .description("Says where two buffers differ in what they mean: status 0 if they do not, 1 if they do.")
    .argument("<hex>", "one buffer")
    .argument("<hex>", "the other")
    .addOption(formatOption())
    .option("--json", "print one JSON array")
    .action(async (left: string, right: string, flags: Flags) => {
      const { diffBuffers } = await import("../wire/diff.ts");
      const differs = diffBuffers(flags.as, left, right, flags.json === true);
      endWith(command, differs ? EXIT.negative : EXIT.fine);
    });
  return command;
}
