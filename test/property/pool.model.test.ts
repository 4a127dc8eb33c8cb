import { test } from "bun:test";
import fc from "fast-check";
import { aStory } from "./model/commands";
import { Play } from "./model/play";
import { holds, LIMIT_MS } from "./runs";

test(
  "the pool does what the model says, whatever happens to it",
  () =>
    holds(
      fc.asyncProperty(
        fc.array(fc.constantFrom("p", "q", "r", "s"), { maxLength: 4 }),
        fc.nat(99),
        aStory,
        async (projects, seed, story) => {
          const play = new Play(projects, seed);
          for (const command of story) await play.run(command);
        },
      ),
      100,
    ),
  LIMIT_MS,
);
