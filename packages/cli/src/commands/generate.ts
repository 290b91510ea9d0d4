import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { repeatable } from "../options/repeatable.ts";
import { fileTrouble } from "../read-text.ts";
import { UserError } from "../user-error.ts";

interface Flags {
  readonly out?: string;
  readonly class?: readonly string[];
  readonly json?: true;
}

export function createCommand(name: string): Command {
  return new Command(name)
    .description("Writes TypeScript for what others have declared elsewhere.")
    .addCommand(hessianCommand())
    .addHelpText(
      "after",
      "\nExample:\n  $ dualmesh generate hessian orders-api.jar --class 'com.example.*' --out src/orders-api.ts",
    );
}

function hessianCommand(): Command {
  return new Command("hessian")
    .summary("write the types of Java's classes and interfaces")
    .description(
      "Writes one TypeScript file with the types of Java's classes, enums and interfaces, and what " +
        "@dualmesh/codecs/hessian needs to read and write them. It starts from the interfaces, enums, exceptions and " +
        "serializable classes of the input, or from those that --class names, and goes to whatever they are made of. " +
        "Jars in a jar (Spring Boot) are opened where --class is given.",
    )
    .argument("<path...>", "jars, .class and .java files, and folders of the latter two")
    .option("--out <file>", "the file to write; default: standard output")
    .option("--class <name>", "a class, or com.example.* for all that start so; repeatable", repeatable)
    .option("--json", "write what was read of the classes as JSON, and no TypeScript")
    .action(async (paths: readonly string[], { out, class: classes = [], json }: Flags) => {
      const { generateHessian } = await import("../generate/generate-hessian.ts");
      const { text, summary, warnings } = await generateHessian(paths, { classes, asJson: json === true });
      for (const warning of warnings) process.stderr.write(`dualmesh: ${warning}\n`);
      if (out === undefined) process.stdout.write(text);
      else {
        await write(out, text);
        process.stdout.write(`${out}: ${summary}\n`);
      }
    });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(`${file}: ${fileTrouble(error as NodeJS.ErrnoException)}`);
  }
}
