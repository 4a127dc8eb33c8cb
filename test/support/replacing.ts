import { renameSync, writeFileSync } from "node:fs";

/** `bun replacing.ts PATH UNTIL`: replaces a file by a new one again and again, as everybody does who writes accounts. */
const [path = "", until = "0"] = process.argv.slice(2);
console.log("ready");
while (Date.now() < Number(until)) {
  writeFileSync(`${path}.next`, "{}");
  renameSync(`${path}.next`, path);
}
