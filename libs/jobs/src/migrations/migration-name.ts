/** TypeORM takes the order of migrations from the end of their names. */
export const TIMESTAMP_DIGITS = 13;
