import { spawn as spawnChild } from "node:child_process";
import { existsSync } from "node:fs";
import type { DurationMs } from "../core/account";
import type { Browser } from "../ports/login";
import type { Clock } from "../ports/world";
import { browserCommands } from "./browser-commands";
import { systemClock } from "./clock";
import { environment } from "./env";

/** Starts a program and says how it ended: its exit code, or nothing where it could not be started. Never rejects. */
export type StartProgram = (program: string, args: readonly string[]) => Promise<number | undefined>;

/** The machine as opening a browser sees it. */
export interface BrowserPlace {
  readonly platform: NodeJS.Platform;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly isContainer: () => boolean;
  readonly start: StartProgram;
  readonly clock: Pick<Clock, "after">;
}

/** A program that is still at work after this has found its browser. */
const PATIENCE_MS: DurationMs = 1_500;

/** It outlives us, and takes neither our keyboard nor our screen: the host may be drawing on it. */
const startDetached: StartProgram = (program, args) =>
  new Promise((resolve) => {
    try {
      const child = spawnChild(program, [...args], { stdio: "ignore", detached: true, windowsHide: true });
      child.once("error", () => resolve(undefined));
      child.once("exit", (code) => resolve(code ?? 1));
      child.unref();
    } catch {
      resolve(undefined);
    }
  });

const inContainer = (): boolean => existsSync("/.dockerenv") || existsSync("/run/.containerenv");

const SYSTEM: BrowserPlace = {
  platform: process.platform,
  env: environment,
  isContainer: inContainer,
  start: startDetached,
  clock: systemClock,
};

/** The person's browser, by the first program that works. Only web addresses are opened, as one argument and without a shell. */
export const createBrowser = (place: Partial<BrowserPlace> = {}): Browser => {
  const { platform, env, isContainer, start, clock } = { ...SYSTEM, ...place };
  return {
    async open(url) {
      if (!/^https?:\/\/[^\s"]+$/.test(url)) return false;
      for (const [program, ...args] of browserCommands({ platform, env: env(), isContainer: isContainer() }, url)) {
        if (await isStarted(start(program, args), clock)) return true;
      }
      return false;
    },
  };
};

function isStarted(ended: Promise<number | undefined>, clock: Pick<Clock, "after">): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(PATIENCE_MS, () => resolve(true));
    void ended.then((code) => {
      cancel();
      resolve(code === 0);
    });
  });
}
