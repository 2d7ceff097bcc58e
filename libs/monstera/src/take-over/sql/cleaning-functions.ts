/**
 * Functions that convert the Go service's texts for the new table. They are in `pg_temp`, so they last for the session.
 * They catch conversion errors, because one bad value must not fail the statement for all rows. Times without a zone are
 * read in the session's time zone.
 */
export const CLEANING_FUNCTIONS: readonly string[] = [
  // sha256, because it is built in. Version 8 of a UUID stands for an application's own rule.
  String.raw`create or replace function pg_temp.go_derived_id(given text) returns uuid language sql immutable as $$
    select (substr(hash, 1, 12) || '8' || substr(hash, 14, 3) || '8' || substr(hash, 18, 15))::uuid
    from (select encode(sha256(convert_to('go-service/jobs/' || given, 'UTF8')), 'hex') as hash) as hashed
  $$`,
  String.raw`create or replace function pg_temp.go_id(given text) returns uuid language sql immutable as $$
    select case when digits ~ '^[0-9a-f]{32}$' then digits::uuid else pg_temp.go_derived_id(coalesce(given, '')) end
    from (select lower(regexp_replace(given, '^\s*urn:uuid:|[{}\s-]', '', 'gi')) as digits) as stripped
  $$`,
  // Null: no time. infinity: never. -infinity: the text is not a time.
  String.raw`create or replace function pg_temp.go_time(given text) returns timestamptz language plpgsql stable as $$
  declare
    plain text := regexp_replace(
      regexp_replace(btrim(given, E' \t\r\n'), ' m=[+-][0-9.]+$', ''), '([+-][0-9]{4}) \S+$', '\1');
    found timestamptz;
  begin
    if plain is null or plain in ('', '0', 'null', '<nil>') then return null; end if;
    if plain ~ '^[0-9]{9,19}(\.[0-9]+)?$' then
      found := to_timestamp(plain::numeric / power(1000, (length(split_part(plain, '.', 1)) - 9) / 3)::numeric);
    else
      found := plain::timestamptz;
    end if;
    if found = 'infinity' then return found; end if;
    return case when found >= timestamptz '1970-01-02 00:00:00+00' then found end;
  exception when others then
    return '-infinity';
  end
  $$`,
  String.raw`create or replace function pg_temp.go_count(given text) returns int language sql immutable as $$
    select case when given ~ '^\s*[+-]?[0-9]{1,40}(\.0*)?\s*$'
      then least(greatest(given::numeric, -1), 2147483647)::int end
  $$`,
  String.raw`create or replace function pg_temp.go_payload(given text, out value jsonb, out fault text, out empty boolean)
  language plpgsql immutable as $$
  begin
    -- Trimming 20 million characters takes longer than parsing them.
    empty := given is null or octet_length(given) < 100 and btrim(given, E' \t\r\n') in ('', 'null');
    value := case when empty then '{}' else given end::jsonb;
  exception when others then
    fault := left(sqlerrm, 200);
  end
  $$`,
  String.raw`create or replace function pg_temp.go_payload(given bytea, out value jsonb, out fault text, out empty boolean)
  language plpgsql immutable as $$
  begin
    select p.value, p.fault, p.empty into value, fault, empty from pg_temp.go_payload(convert_from(given, 'UTF8')) as p;
  exception when others then
    fault := left(sqlerrm, 200);
  end
  $$`,
];
