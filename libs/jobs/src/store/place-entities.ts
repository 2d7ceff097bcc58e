import type { DataSource, EntityMetadata } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { jobsEntities } from '../job/tables/entities.js';

/**
 * Points the entities of a DataSource to the tables of the library. Their names are fixed, so an `entityPrefix` does
 * not apply. Their `schema` may differ from the DataSource's.
 */
export function placeEntities(dataSource: DataSource, schema: string | undefined): void {
  const { buildTableName } = dataSource.driver as PostgresDriver;
  for (const entity of jobsEntities) {
    if (!dataSource.hasMetadata(entity)) continue;
    const metadata = dataSource.getMetadata(entity);
    metadata.tableName = metadata.tableNameWithoutPrefix;
    metadata.schema = schema ?? metadata.schema;
    metadata.tablePath = buildTableName.call(dataSource.driver, metadata.tableName, metadata.schema);
  }
}

/** Of the entities of a DataSource, those of this library: a host has others beside them. */
export function ownEntities(dataSource: DataSource): EntityMetadata[] {
  return jobsEntities
    .filter((entity) => dataSource.hasMetadata(entity))
    .map((entity) => dataSource.getMetadata(entity));
}
