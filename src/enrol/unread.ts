/** What was looked for by its name, in words. */
type Wanted = "account of that id or name" | "OAuth client of that name";

/** For what was not found while not everything could be read: it may be there, so the problem is told, which names the file and what to do. */
export const notAmongRead = (wanted: Wanted, problem: string): string =>
  `There is no ${wanted} among those that can be read. ${problem}`;
