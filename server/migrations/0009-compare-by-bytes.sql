-- What stands in an index is compared by its bytes: in the order of ids that the program has too,
-- whatever language the database speaks, several times as fast, and the same when the words of that
-- language are sorted anew by a next version of its library.

-- A column that a trigger looks at keeps its type as long.
drop trigger settlement_items_settled on settlement_items;
drop trigger transfers_end on transfers;
do $$
declare
  it record;
begin
  for it in
    select t.relname as "table",
      string_agg(format('alter column %I type text collate "C"', a.attname), ', ') as columns
    from pg_class t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
    where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r'
      and a.atttypid = 'text'::regtype and a.attcollation <> '"C"'::regcollation
      and exists (select from pg_index i where i.indrelid = t.oid and a.attnum = any (i.indkey))
    group by 1
  loop
    execute format('alter table %I %s', it.table, it.columns);
  end loop;
end $$;
create trigger settlement_items_settled before update or delete on settlement_items
  for each row when (old.payout is not null) execute function refuse_ledger_change();
create trigger transfers_end after insert on transfers
  for each row when (new.pending is not null) execute function refuse_other_end();
