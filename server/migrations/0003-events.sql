-- What an event tells: its object as version 2 shows it at that moment, as it is sent. Null for an
-- object that was imported, or told of before this column was there.
alter table events add column data text;
