import validator from 'validator';
import { z } from 'zod';
import type { UserEntity } from './user.entity.js';

export const userViewSchema = z.object({ id: z.uuid(), name: z.string(), email: z.string(), active: z.boolean() });

/** One line of printable text, because it appears in mails and workbooks. */
const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((name) => !/\p{Cc}/u.test(name) && name.isWellFormed(), 'Must not contain control characters')
  .meta({ description: 'Full name', example: 'Ada Lovelace' });

const emailSchema = z
  .string()
  .trim()
  .max(320)
  .refine((email) => validator.isEmail(email), 'Must be an e-mail address, such as ada@example.com')
  .meta({ description: 'E-mail address, also with letters other than ASCII', example: 'ada@example.com' });

export const newUserSchema = z.strictObject({ name: nameSchema, email: emailSchema });

export type NewUserBody = z.infer<typeof newUserSchema>;

export const changeUserSchema = z
  .strictObject({ name: nameSchema.optional(), email: emailSchema.optional(), active: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'Must have "name", "email" or "active"');

export type ChangeUserBody = z.infer<typeof changeUserSchema>;

export type UserView = z.infer<typeof userViewSchema>;

export const userView = ({ id, name, email, active }: UserEntity): UserView => ({ id, name, email, active });
