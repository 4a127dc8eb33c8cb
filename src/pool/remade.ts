/**
 * Something made from a source, and made anew only when the source answers with another object than before. `make` is given
 * what it made last. What throws is thrown each time.
 */
export function remade<From, Made>(
  source: () => From,
  make: (from: From, before: Made | undefined) => Made,
): () => Made {
  let last: { readonly from: From; readonly made: Made } | undefined;
  return () => {
    const from = source();
    if (last?.from !== from || last === undefined) last = { from, made: make(from, last?.made) };
    return last.made;
  };
}
