/** The process's environment as it is now. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;
