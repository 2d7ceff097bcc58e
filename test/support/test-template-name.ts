/** The database, with every migration run, that each test file's own is copied from. */
export const TEMPLATE = 'monstera_template';
