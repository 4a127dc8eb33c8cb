/** A name as people write it who do not remember how: without case, signs and an s at the end. */
const gist = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/s$/, "");

/** Names that are not known, and only differ from one that is in how they are written. Others are of later versions, or nobody's business. */
export const slipsIn = <T extends string>(
  object: Readonly<Record<string, unknown>>,
  known: readonly T[],
): readonly { readonly name: string; readonly meant: T }[] =>
  Object.keys(object).flatMap((name) => {
    const meant = known.find((each) => gist(each) === gist(name));
    return meant === undefined || meant === name ? [] : [{ name, meant }];
  });
