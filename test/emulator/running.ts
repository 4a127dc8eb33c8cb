import { afterEach } from "bun:test";
import { type Emulator, startEmulator } from "./server";

/** Starts emulators for one test file, and ends them after each of its tests. */
export function emulators(): (...given: Parameters<typeof startEmulator>) => Promise<Emulator> {
  const running: Emulator[] = [];
  afterEach(async () => {
    for (const emulator of running.splice(0)) await emulator.close();
  });
  return async (...given) => {
    const emulator = await startEmulator(...given);
    running.push(emulator);
    return emulator;
  };
}
