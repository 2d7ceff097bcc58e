import { z } from 'zod';
import type { UserEntity } from './user.entity.js';

export const userViewSchema = z.object({ id: z.uuid(), name: z.string(), email: z.string(), active: z.boolean() });

export type UserView = z.infer<typeof userViewSchema>;

export const userView = ({ id, name, email, active }: UserEntity): UserView => ({ id, name, email, active });
