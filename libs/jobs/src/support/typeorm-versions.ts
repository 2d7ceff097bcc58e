import type { DataSource } from 'typeorm';

/** A query runner or an entity manager: TypeORM 0.3 has `connection`, TypeORM 1 has `dataSource`. */
interface OfDataSource {
  readonly dataSource?: DataSource;
  readonly connection?: DataSource;
}

export function dataSourceOf(owner: OfDataSource): DataSource {
  return (owner.dataSource ?? owner.connection)!;
}
