-- Reference lists.

-- name: all
select
    list, code, label_fr, label_en, rank, active, outcome, probability, kind, pricing, family,
    colour, decimals
from reference;

-- name: save
insert into reference (
    list, code, label_fr, label_en, rank, active, outcome, probability, kind, pricing, family,
    colour, decimals
) values (
    :list, :code, :label_fr, :label_en, :rank, :active, :outcome, :probability, :kind, :pricing,
    :family, :colour, :decimals
) on conflict (list, code) do update set
    label_fr = excluded.label_fr, label_en = excluded.label_en, rank = excluded.rank,
    active = excluded.active, outcome = excluded.outcome, probability = excluded.probability,
    kind = excluded.kind, pricing = excluded.pricing, family = excluded.family,
    colour = excluded.colour, decimals = excluded.decimals;

-- name: delete
delete from reference where list = :list and code = :code;

-- name: uses
select sum(n) as uses from (
    select count(*) as n from opportunity
    where :code = case cast(:list as text)
        when 'status' then status when 'origin_type' then origin_type
        when 'establishment' then establishment when 'sector' then sector
        when 'family' then family when 'subfamily' then subfamily
        when 'loss_reason' then loss_reason when 'currency' then currency end
    union all
    select count(*) from affair
    where :code = case cast(:list as text)
        when 'establishment' then establishment when 'sector' then sector
        when 'family' then family when 'subfamily' then subfamily
        when 'currency' then currency end
    union all
    select count(*) from quote
    where :code = case cast(:list as text)
        when 'establishment' then establishment when 'sector' then sector
        when 'family' then family when 'subfamily' then subfamily
        when 'currency' then currency end
    union all
    select count(*) from customer
    where :code = case cast(:list as text) when 'sector' then sector when 'country' then country end
    union all
    select count(*) from site where cast(:list as text) = 'country' and country = :code
    union all
    select count(*) from employee
    where cast(:list as text) = 'establishment' and establishment = :code
    union all
    select count(*) from reference
    where cast(:list as text) = 'family' and list = 'subfamily' and family = :code
    union all
    select count(*) from exchange_rate
    where cast(:list as text) = 'currency' and currency = :code
    union all
    select count(*) from target
    where :code = case cast(:list as text)
        when 'establishment' then establishment when 'currency' then currency end
    union all
    select count(*) from forecast_call
    where :code = case cast(:list as text)
        when 'establishment' then establishment when 'currency' then currency end
    union all
    select count(*) from line where cast(:list as text) = 'sale_type' and sale_type = :code
    union all
    select count(*) from quote_line where cast(:list as text) = 'sale_type' and sale_type = :code
    union all
    select count(*) from tagging where cast(:list as text) = 'tag' and tag = :code
    union all
    select count(*) from responsible where cast(:list as text) = 'role' and role = :code
) as counts;
