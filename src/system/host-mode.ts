/** `opencode run`: one prompt, no screen to show a countdown on. The argument follows the program in opencode's argv. */
export const isHostRun = (): boolean => process.argv[2] === "run";

/** opencode's TUI runs server plugins in a worker, next to the thread that draws. */
export const isHostWorker = (): boolean => !Bun.isMainThread;
