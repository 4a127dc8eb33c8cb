import { type OptionsText, type Settings, settingsOf } from "../config/settings";
import type { EpochMs } from "../core/account";
import { remade } from "../pool/remade";
import { type Reading, unlessBrieflyGone, watchText } from "../storage/watched-text";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { systemFiles } from "../system/files";
import { parseJsonc } from "../system/jsonc";
import { poolPaths } from "../system/paths";

/**
 * What the user has chosen, as it is now: one stat a millisecond at most, and the same object where nothing changed. Never
 * throws.
 */
export function openSettings(): () => Settings {
  const env = environment();
  const path = poolPaths(env).optionsFile;
  const reading = unlessBrieflyGone(watchText({ files: systemFiles, clock: systemClock, path }), systemClock);
  const reader = { env, parse: parseJsonc };
  const now = remade(reading, (found, before: Settings | undefined) => settingsOf(textOf(found, path), before, reader));
  let last: { readonly at: EpochMs; readonly settings: Settings } | undefined;
  return () => {
    const at = systemClock.now();
    if (last?.at !== at) last = { at, settings: now() };
    return last.settings;
  };
}

function textOf(reading: Reading, path: string): OptionsText {
  if (reading.kind === "text") return { text: reading.text };
  if (reading.kind === "missing") return { text: undefined };
  return { text: undefined, fault: `${path} cannot be read (${reading.code})` };
}
