import type { AuthHook, PluginInput } from "@opencode-ai/plugin";
import type { Answers } from "../enrol/way";
import { WAY_ENTRIES, type WayEntry } from "./login-table";
import type { AuthLogin } from "./login-way";
import type { FaceParts } from "./parts";

type Method = AuthHook["methods"][number];

/**
 * Every way in, for `opencode auth login` and `/connect`. Each login adds: no other account is replaced by it.
 * What is asked comes as prompts because opencode's own key method does not hand the key to plugins.
 */
export const loginMethods = (parts: FaceParts, client: PluginInput["client"]): Method[] =>
  WAY_ENTRIES.map((entry) => loginMethod(entry, parts, client));

function loginMethod({ id, label, prompts }: WayEntry, parts: FaceParts, client: PluginInput["client"]): Method {
  return {
    type: "oauth",
    label,
    prompts: [...prompts],
    async authorize(inputs = {}): Promise<AuthLogin> {
      const [ways, { authorizeWay }] = await Promise.all([parts.ways(), import("./login-way")]);
      const way = ways.find((each) => each.id === id);
      if (way === undefined) throw new Error(`"${label}" is not there in this version.`);
      return authorizeWay(way, answersOf(inputs), parts, client);
    },
  };
}

/** A way takes an empty answer as none; the command line gives undefined for one, whatever its types say. */
const answersOf = (inputs: Readonly<Record<string, string | undefined>>): Answers =>
  Object.fromEntries(Object.entries(inputs).filter(([, answer]) => answer?.trim())) as Answers;
