/** Whether `word` stands at `at`. A plain loop: for a few bytes it beats every native call. */
export function isAt(bytes: Buffer, at: number, word: Uint8Array): boolean {
  if (at < 0 || at + word.length > bytes.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}
