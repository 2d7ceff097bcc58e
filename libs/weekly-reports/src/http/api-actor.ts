/** Who the audit log says it was: the routes know no users of their own. */
export const API_ACTOR = 'api';
