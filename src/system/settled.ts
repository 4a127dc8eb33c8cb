/** Resolves once no promise is left to run: a macrotask, which comes after all of them. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
