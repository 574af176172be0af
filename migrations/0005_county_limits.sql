-- What a county has changed of the catalogue, from a moment on: only what differs from the built-in
-- category, so that a release that mends a category reaches every county that did not decide otherwise.
-- Rows are only ever added: their number is the version every process compares, and the limits a matter
-- started with are those of its own moment.
create table category_change (
    county TEXT not null,
    category TEXT not null,
    valid_from BIGINT not null,
    respond_minutes BIGINT,
    climb_minutes BIGINT,
    resolve_minutes BIGINT,
    working_time BOOLEAN,
    private BOOLEAN,
    primary key (county, category, valid_from)
);

-- Until now a row of `category` held for the whole house and stored the category whole. Each county takes
-- over what such a row said otherwise than this release, whose values stand here. The table itself stays
-- for older programs on the same database and is read no more.
insert into category_change (county, category, valid_from, respond_minutes, climb_minutes, resolve_minutes,
    working_time, private)
with built_in (code, respond, climb, resolve, working, private) as (values
    ('road-damage', 1440, 7200, 21600, false, false), ('street-light', 1440, 4320, 10080, false, false),
    ('manhole', 60, 240, 1440, false, false), ('drainage', 120, 720, 1440, false, false),
    ('public-facility', 1440, 7200, 21600, false, false), ('trees', 1440, 4320, 10080, false, false),
    ('garbage', 1440, 4320, 10080, false, false), ('sewage', 1440, 7200, 21600, false, false),
    ('noise-fumes', 1440, 4320, 10080, false, false), ('street-stall', 1440, 4320, 10080, false, false),
    ('life-danger', 60, 240, 1440, false, false), ('fire-hazard', 60, 240, 1440, false, false),
    ('geo-hazard', 60, 240, 1440, false, false), ('open-burning', 60, 240, 1440, false, false),
    ('animals', 1440, 4320, 10080, false, false), ('parking', 1440, 4320, 10080, false, false),
    ('traffic-facility', 1440, 7200, 21600, false, false), ('public-transport', 480, 960, 2400, true, false),
    ('ebike', 1440, 4320, 10080, false, false), ('property-service', 1440, 7200, 21600, false, false),
    ('lift', 60, 240, 1440, false, false), ('house-danger', 1440, 7200, 21600, false, false),
    ('illegal-building', 1440, 7200, 21600, false, false), ('water-leak', 120, 720, 1440, false, false),
    ('water-cut', 120, 720, 1440, false, false), ('power-cut', 120, 720, 1440, false, false),
    ('gas', 60, 240, 1440, false, false), ('telecom', 1440, 4320, 10080, false, false),
    ('irrigation', 1440, 7200, 21600, false, false), ('farm-road', 1440, 7200, 21600, false, false),
    ('crop-livestock', 1440, 4320, 10080, false, false), ('house-plot', 480, 2400, 7200, true, true),
    ('neighbour-dispute', 1440, 14400, 43200, false, true), ('land-dispute', 1440, 14400, 43200, false, true),
    ('wage-dispute', 480, 2400, 7200, true, true), ('relief', 480, 2400, 7200, true, true),
    ('elder-care', 1440, 4320, 10080, false, true), ('medical-insurance', 480, 960, 2400, true, true),
    ('school', 480, 960, 2400, true, false), ('documents', 480, 960, 2400, true, true),
    ('enterprise-service', 480, 2400, 7200, true, false), ('consumer', 480, 960, 2400, true, false),
    ('enquiry', 480, 960, 2400, true, false), ('suggestion', 480, 2400, 7200, true, false),
    ('staff-conduct', 480, 2400, 7200, true, true)
)
select a.county, c.code, 0, nullif(c.respond_minutes, b.respond), nullif(c.climb_minutes, b.climb),
    nullif(c.resolve_minutes, b.resolve), nullif(c.working_time, b.working), nullif(c.private, b.private)
from category c join built_in b on b.code = c.code, (select distinct county from area where depth > 2) a
where c.respond_minutes <> b.respond or c.climb_minutes <> b.climb or c.resolve_minutes <> b.resolve
    or c.working_time <> b.working or c.private <> b.private;
