/** What calls such as openat(2) take in place of a directory's descriptor: paths are relative to the working directory. */
export const AT_FDCWD = -100;
