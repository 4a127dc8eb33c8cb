/** Runs `work` when the process ends by itself or by `process.exit`; only what is synchronous gets done. A kill skips it. */
export function onProcessExit(work: () => void): void {
  process.on("exit", work);
}
