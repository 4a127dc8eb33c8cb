import { type AddKeyResult, addKey, isAdded } from "../enrol/add-key";
import { activate } from "./activate";
import type { HostApi } from "./host-api";
import { type OpenStores, type TuiStores, withStores } from "./stores";

const TITLE = "Add a Gemini API key";
const PLACEHOLDER = "Paste the key; make one at https://aistudio.google.com/apikey";

/** `/login`: asks for a key until one was added or the person closes the dialog; then makes its models appear. */
export function login(api: HostApi, open: OpenStores): Promise<void> {
  return withStores(open, async (stores) => {
    for (;;) {
      const key = await askForKey(api);
      if (key === undefined) return;
      const result = await check(api, stores, key);
      if (isAdded(result)) return welcome(api, stores, result.sentence);
      if (result.kind === "aborted") return;
      if (!(await acknowledged(api, result.sentence))) return;
    }
  });
}

/** The key, or undefined once the dialog is closed. */
function askForKey({ ui }: HostApi): Promise<string | undefined> {
  return new Promise((resolve) => {
    const prompt = () => ui.DialogPrompt({ title: TITLE, placeholder: PLACEHOLDER, onConfirm: resolve });
    ui.dialog.replace(prompt, () => resolve(undefined));
  });
}

/** Probes and adds while the dialog says so; closing it gives up. */
async function check({ ui }: HostApi, stores: TuiStores, key: string): Promise<AddKeyResult> {
  const given = new AbortController();
  let done = false;
  const busy = () => ui.DialogPrompt({ title: TITLE, busy: true, busyText: "Asking Google about the key…" });
  ui.dialog.replace(busy, () => {
    if (!done) given.abort();
  });
  const { accounts: store, state, probe, chance, clock } = stores;
  const result = await addKey({ key }, { store, state, probe, chance, clock, signal: given.signal });
  done = true;
  if (isAdded(result) && !given.signal.aborted) ui.dialog.clear();
  return result;
}

/** Says what went wrong; true when the person wants another go. */
function acknowledged({ ui }: HostApi, message: string): Promise<boolean> {
  return new Promise((resolve) => {
    const alert = () => ui.DialogAlert({ title: "The key was not added", message, onConfirm: () => resolve(true) });
    ui.dialog.replace(alert, () => resolve(false));
  });
}

async function welcome(api: HostApi, stores: TuiStores, sentence: string): Promise<void> {
  const isHostKey = stores.source.current().entries.some(({ account }) => account.origin === "opencode");
  const models = await activate(api, { isHostKey });
  api.ui.toast({ variant: "success", message: models === "" ? sentence : `${sentence} ${models}`, duration: 8_000 });
}
