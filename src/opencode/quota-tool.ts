import type { ToolDefinition } from "@opencode-ai/plugin";
import type { FaceParts } from "./parts";

/**
 * The tool `gemini_quota`. Its description and schema travel with every request, so they are short, and it takes no
 * arguments. A plain object of the host's type: importing its helper would load a schema library at every start.
 */
export function quotaTool(parts: FaceParts): ToolDefinition {
  return {
    description: "State and usage of the user's Gemini accounts.",
    args: {},
    async execute() {
      const [{ quotaTable }, snapshot] = await Promise.all([import("../view/quota"), parts.snapshot()]);
      return quotaTable(snapshot, parts.formatTime).join("\n");
    },
  };
}
