import type { Scenario } from "../emulator/scenario";
import { type Emulator, startEmulator } from "../emulator/server";
import { GOOGLE } from "./google-world";
import { type Home, type HomeOptions, makeHome } from "./opencode-home";

/** A Google and a home that belong together. */
export interface HostWorld {
  readonly google: Emulator;
  readonly home: Home;
  /** Generate calls so far, as "label model: answer". */
  calls(): string[];
}

/** Makes worlds for one test file and tidies up after each test. */
export function hostWorld() {
  const open: HostWorld[] = [];
  return {
    async world({
      scenario = {},
      ...furniture
    }: Omit<HomeOptions, "google"> & { scenario?: Partial<Scenario> }): Promise<HostWorld> {
      const google = await startEmulator({ ...GOOGLE, ...scenario });
      const home = makeHome({ google: google.url, ...furniture });
      const calls = () =>
        google
          .log()
          .filter(({ path }) => path === "generate")
          .map(({ account, model, answer }) => `${account} ${model}: ${answer}`);
      const made = { google, home, calls };
      open.push(made);
      return made;
    },
    async cleanUp(): Promise<void> {
      for (const { google, home } of open.splice(0)) {
        await google.close();
        home.remove();
      }
    },
  };
}
