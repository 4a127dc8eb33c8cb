import type { AuthHook } from "@opencode-ai/plugin";
import { MARKER_LOGIN } from "../core/marker";
import type { FaceParts } from "./parts";

type Method = AuthHook["methods"][number];

/**
 * "Paste an API key": probed, then added to the pool; it never replaces another account.
 * The key comes as a prompt because opencode's own key method does not hand it to plugins.
 */
export function pasteKeyMethod(parts: FaceParts): Method {
  return {
    type: "oauth",
    label: "Add a Gemini API key to the pool",
    prompts: [
      {
        type: "text",
        key: "key",
        message: "API key (make one at https://aistudio.google.com/apikey)",
        validate: (value) => (value.trim() === "" ? "Paste the key, or press Ctrl+C to leave" : undefined),
      },
      { type: "text", key: "label", message: "A name for it (optional)", placeholder: "side project" },
    ],
    async authorize(inputs = {}) {
      const label = inputs["label"]?.trim();
      const { added, sentence } = await parts.addKey(inputs["key"] ?? "", label === "" ? undefined : label);
      return {
        url: "",
        instructions: sentence,
        method: "auto",
        callback: async () => (added ? success(parts) : FAILED),
      };
    },
  };
}

const FAILED = { type: "failed" as const };

/** opencode overwrites its one google entry with what we return: a key that is already there goes back as it was. */
function success(parts: FaceParts) {
  const key = parts.storedHostKey();
  return key === undefined ? { type: "success" as const, ...MARKER_LOGIN } : { type: "success" as const, key };
}
