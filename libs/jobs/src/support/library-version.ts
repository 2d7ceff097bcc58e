/** The version in package.json, which a bundle does not have. */
export const LIBRARY_VERSION = '0.1.0';
