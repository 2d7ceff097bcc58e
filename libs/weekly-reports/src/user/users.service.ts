import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, IsNull, MoreThan, Repository } from 'typeorm';
import type { Page } from '../page.js';
import { UserActivityEntity } from './user-activity.entity.js';
import { UserEntity } from './user.entity.js';

export interface UserWithActivity extends Pick<UserEntity, 'id' | 'name' | 'email'> {
  activity: Pick<UserActivityEntity, 'activeFrom' | 'activeTo'>[];
}

@Injectable()
export class UsersService {
  constructor(@InjectRepository(UserEntity) private readonly users: Repository<UserEntity>) {}

  find(id: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ id });
  }

  /** Lists users by id, without deleted ones: the next `limit` after the user `after`. */
  list({ limit, after }: Page): Promise<UserEntity[]> {
    return this.users.find({
      where: { deletedAt: IsNull(), ...(after ? { id: MoreThan(after) } : {}) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Lists all users by name, including inactive ones, with their periods of activity. */
  async listWithActivity(manager: EntityManager): Promise<UserWithActivity[]> {
    const users = await manager.find(UserEntity, { order: { name: 'ASC', id: 'ASC' } });
    const periods = await manager.find(UserActivityEntity, { order: { activeFrom: 'ASC' } });
    const activityOf = new Map<string, UserActivityEntity[]>(users.map(({ id }) => [id, []]));
    for (const period of periods) activityOf.get(period.userId)?.push(period);
    return users.map(({ id, name, email }) => ({ id, name, email, activity: activityOf.get(id) ?? [] }));
  }

  /** Reads only ids, because building entities for all users of a large company would be slow. */
  async listActiveIds(manager: EntityManager): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>('select id from users where active order by id');
    return rows.map(({ id }) => id);
  }
}
