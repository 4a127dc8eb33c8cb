import type { CliIo } from "../../src/cli/command";

/** A command line's way out, kept in `seen`: nobody types, and nothing comes in. */
export const captured = (seen: { out: string; err: string }): CliIo => ({
  stdout: (text) => {
    seen.out += text;
  },
  stderr: (text) => {
    seen.err += text;
  },
  stdin: async () => "",
  isTty: false,
});
