import { statement } from '../statement.js';

/** Asks whether the database answers at all. */
export const ping = statement<[], { answer: number }>('ping', 'select 1 as answer');
