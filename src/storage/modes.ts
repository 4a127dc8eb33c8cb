/** Credentials and what is learnt are for their user alone. */
export const PRIVATE_FILE = 0o600;

/**
 * The same for directories that we make; one that is there already is left as it is, except by `doctor --fix` where it is
 * opencode's own.
 */
export const PRIVATE_DIRECTORY = 0o700;
