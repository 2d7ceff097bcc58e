/** The actor in the audit log. The routes do not know their users. */
export const API_ACTOR = 'api';
