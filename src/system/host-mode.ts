/** `opencode run`: one prompt, no screen to show a countdown on. Flags of opencode itself may stand before the word. */
export const isHostRun = (): boolean => Bun.isMainThread && process.argv.slice(2).includes("run");

/** opencode's TUI runs server plugins in a worker, next to the thread that draws. */
export const isHostWorker = (): boolean => !Bun.isMainThread;

/** `opencode auth login` and its other name, `providers login`. */
export const isHostLogin = (): boolean => Bun.isMainThread && process.argv.slice(2).includes("login");
