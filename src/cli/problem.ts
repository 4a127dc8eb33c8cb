import type { CliIo, ExitCode } from "./command";

/** Tells what is wrong beside the result, on standard error; returns the exit code: 1 where something is. */
export function tellProblem(problem: string | undefined, io: CliIo): ExitCode {
  if (problem === undefined) return 0;
  io.stderr(`gemini-pool: ${problem}\n`);
  return 1;
}
