/** How people run the command line. Not `npx jobs`: that runs the builtin `jobs` of the shell. */
export const COMMAND = 'npx monstera-jobs';
