import { quotaTable } from "../view/quota";
import type { HostApi } from "./host-api";
import { type OpenStores, withStores } from "./stores";

/** What a large dialog takes from the width of the screen for its borders. */
const BORDERS = 8;
const MIN_WIDTH = 40;
const MAX_WIDTH = 80;

/** Shows the pool in a dialog. No model is asked. */
export function showQuota(api: HostApi, open: OpenStores): Promise<void> {
  return withStores(open, async ({ snapshot, formatTime }) => {
    const room = Math.min(MAX_WIDTH, (api.renderer.width || MAX_WIDTH) - BORDERS);
    const message = quotaTable(snapshot(), formatTime, { width: Math.max(MIN_WIDTH, room) }).join("\n");
    api.ui.dialog.replace(() => api.ui.DialogAlert({ title: "Gemini accounts", message }));
    api.ui.dialog.setSize("large");
  });
}
