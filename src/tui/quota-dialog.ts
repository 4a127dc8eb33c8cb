import { quotaTable } from "../view/quota";
import { quotaBrief } from "../view/quota-brief";
import type { HostApi } from "./host-api";
import { type OpenStores, withStores } from "./stores";

/** What a large dialog takes from the screen: borders at the sides; title, button and margins above and below. */
const BORDERS = 8;
const FRAME_LINES = 12;
const MIN_WIDTH = 40;
const MAX_WIDTH = 80;
const MIN_LINES = 6;
/** A screen that does not say how high it is. */
const USUAL_HEIGHT = 40;

/** Shows the pool in a dialog, which does not scroll: a line per account where the whole table does not fit. No model is asked. */
export function showQuota(api: HostApi, open: OpenStores): Promise<void> {
  return withStores(open, async ({ snapshot, formatTime }) => {
    const room = Math.min(MAX_WIDTH, (api.renderer.width || MAX_WIDTH) - BORDERS);
    const width = Math.max(MIN_WIDTH, room);
    const lines = Math.max(MIN_LINES, (api.renderer.height || USUAL_HEIGHT) - FRAME_LINES);
    const seen = snapshot();
    const table = quotaTable(seen, formatTime, { width });
    const shown = table.length <= lines ? table : quotaBrief(seen, formatTime, { width, lines });
    api.ui.dialog.replace(() => api.ui.DialogAlert({ title: "Gemini accounts", message: shown.join("\n") }));
    api.ui.dialog.setSize("large");
  });
}
