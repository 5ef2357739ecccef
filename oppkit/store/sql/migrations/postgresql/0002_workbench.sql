create index on merged_record (record_id);
create index on merged_record (into_id);
