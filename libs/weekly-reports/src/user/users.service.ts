import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, MoreThan, Repository } from 'typeorm';
import type { Page } from '../page.js';
import { UserEntity } from './user.entity.js';

@Injectable()
export class UsersService {
  constructor(@InjectRepository(UserEntity) private readonly users: Repository<UserEntity>) {}

  find(id: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ id });
  }

  /** Users by id, the next `limit` after the one with the id `after`. */
  list({ limit, after }: Page): Promise<UserEntity[]> {
    return this.users.find({ where: after ? { id: MoreThan(after) } : {}, order: { id: 'ASC' }, take: limit });
  }

  /** Every user, active or not, by name. */
  listAll(): Promise<UserEntity[]> {
    return this.users.find({ order: { name: 'ASC', id: 'ASC' } });
  }

  /** Ids alone: a reminder for each of 10,000 users should not build 10,000 entities first. */
  async listActiveIds(manager: EntityManager): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>('select id from users where active order by id');
    return rows.map(({ id }) => id);
  }
}
