import { expect, test } from "bun:test";
import { piecesOf } from "../../src/cli/input";

async function all(open: () => AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(open)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

const failing = (code: string) =>
  // biome-ignore lint/correctness/useYield: it fails before the first piece.
  async function* (): AsyncGenerator<Uint8Array> {
    throw Object.assign(new Error(`${code}: illegal operation, fstat`), { code });
  };

test("hands on what comes, and touches nothing before it is asked", async () => {
  let isOpen = false;
  const open = async function* () {
    isOpen = true;
    yield Buffer.from("one ");
    yield Buffer.from("two");
  };
  piecesOf(open);
  expect(isOpen).toBe(false);
  expect(await all(open)).toBe("one two");
});

test("says what cannot be read, and what to give instead", async () => {
  const way = "Give it a file or a pipe: gemini-pool … < FILE";
  await expect(all(failing("EISDIR"))).rejects.toThrow(`standard input is a directory. ${way}`);
  await expect(all(failing("EIO"))).rejects.toThrow(`standard input cannot be read (EIO). ${way}`);
});
